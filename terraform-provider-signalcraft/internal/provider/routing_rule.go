package provider

import "github.com/signalcraft/terraform-provider-signalcraft/internal/api"

type routingRule struct {
	identified
	api.RoutingRule
}

var routingRules = kind{
	name:       "routing_rule",
	body:       "RoutingRule",
	collection: "/v1/routing-rules",
	prefix:     "rule",
	naturalKey: "name",
}
