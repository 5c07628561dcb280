package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

func alertWhereValue(value string) string {
	return `
resource "signalcraft_alert_policy" "computed" {
  name        = "Computed ` + value + `"
  severity    = "info"
  routing_key = "any"
  conditions {
    type     = "metric_threshold"
    metric   = "error_ratio"
    operator = "gt"
    value    = ` + value + `
  }
}
`
}

// HCL computes with 512 bits: none of these is the double that is nearest to it.
func TestNumbersByArithmeticAreStoredAsTheNearestDoubleAndPlanNothingAfterwards(t *testing.T) {
	for _, value := range []string{"1 - 0.99", "1/3", "14.4 * 0.001", "1e-7 * 3", "-(2/7)"} {
		t.Run(value, func(t *testing.T) {
			config := alertWhereValue(value)
			empty := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
			terraform(t,
				resource.TestStep{Config: config},
				resource.TestStep{Config: config, ConfigPlanChecks: empty},
				// Its other fields change, and the number doesn't.
				resource.TestStep{PreConfig: func() { redescribe(t, "Computed "+value) }, Config: config},
				resource.TestStep{Config: config, ConfigPlanChecks: empty},
			)
		})
	}
}

func TestAnImportedNumberIsTheOneThatArithmeticGives(t *testing.T) {
	const value = "1 - 0.999"
	call(t, "POST", alertPolicies.collection, nil, map[string]any{
		"name": "Computed " + value, "severity": "info", "routing_key": "any",
		"conditions": []any{map[string]any{
			"type": "metric_threshold", "metric": "error_ratio", "operator": "gt", "value": 0.001,
		}},
	})
	terraform(t, resource.TestStep{
		Config: `import {
  to = signalcraft_alert_policy.computed
  id = "Computed ` + value + `"
}
` + alertWhereValue(value),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction("signalcraft_alert_policy.computed", plancheck.ResourceActionNoop),
		}},
	})
}

// redescribe changes the description of an alert policy behind Terraform's back.
func redescribe(t *testing.T, name string) {
	t.Helper()
	policy := stored(t, alertPolicies.collection, "name", name)
	policy["description"] = "changed elsewhere"
	call(t, "PUT", alertPolicies.path(policy["id"].(string)), nil, policy)
}
