package provider

import "github.com/signalcraft/terraform-provider-signalcraft/internal/api"

type alertPolicy struct {
	identified
	api.AlertPolicy
}

var alertPolicies = kind{
	name:       "alert_policy",
	body:       "AlertPolicy",
	collection: "/v1/alert-policies",
	prefix:     "pol",
	naturalKey: "name",
}
