package provider

import "github.com/signalcraft/terraform-provider-signalcraft/internal/api"

type escalationPolicy struct {
	identified
	api.EscalationPolicy
}

var escalationPolicies = kind{
	name:       "escalation_policy",
	body:       "EscalationPolicy",
	collection: "/v1/escalation-policies",
	prefix:     "esc",
	naturalKey: "name",
}
