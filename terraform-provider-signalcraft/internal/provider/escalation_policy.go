package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

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

// EscalationPolicySchema is what a provider is measured against that has it, and does nothing.
func EscalationPolicySchema() schema.Schema {
	return resourceSchema(escalationPolicies)
}
