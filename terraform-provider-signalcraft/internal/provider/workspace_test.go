package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

const catchAll = `
resource "signalcraft_user" "catch_all" {
  email = "catch-all@workspace.example"
  name  = "Catch all"
  role  = "responder"
}

resource "signalcraft_escalation_policy" "catch_all" {
  name = "Catch all"
  rules {
    delay_minutes = 0
    targets {
      type = "user"
      id   = signalcraft_user.catch_all.id
    }
  }
}
`

const workspaceName = "signalcraft_workspace.this"

func TestTheWorkspaceIsAdoptedAndLetGo(t *testing.T) {
	terraform(t,
		resource.TestStep{
			Config: catchAll + `
resource "signalcraft_workspace" "this" {
  auto_resolve_after_hours     = 48
  default_escalation_policy_id = signalcraft_escalation_policy.catch_all.id
}

data "signalcraft_workspace" "this" {
  depends_on = [signalcraft_workspace.this]
}
`,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					// What isn't written is planned as it is.
					plancheck.ExpectKnownValue(workspaceName, tfjsonpath.New("name"), knownvalue.StringExact("Development")),
					plancheck.ExpectKnownValue(workspaceName, tfjsonpath.New("time_zone"), knownvalue.StringExact("UTC")),
				},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data."+workspaceName,
					tfjsonpath.New("auto_resolve_after_hours"), knownvalue.Int64Exact(48)),
			},
		},
		resource.TestStep{ResourceName: workspaceName, ImportState: true, ImportStateVerify: true},
		resource.TestStep{
			ResourceName: workspaceName, ImportState: true, ImportStateId: "ws_01m852j0abegxsqm25tg5z6bzg",
			ExpectError: saying("not the API key's workspace", `The key belongs to "Development"`),
		},
		// What others set is theirs.
		resource.TestStep{
			PreConfig: func() {
				current := call(t, "GET", workspaces.collection, nil, nil)
				call(t, "PUT", workspaces.collection, nil, map[string]any{
					"name":                         current["name"],
					"time_zone":                    "Europe/Oslo",
					"auto_resolve_after_hours":     current["auto_resolve_after_hours"],
					"default_escalation_policy_id": current["default_escalation_policy_id"],
				})
			},
			Config: catchAll + `
resource "signalcraft_workspace" "this" {
  auto_resolve_after_hours     = 24
  default_escalation_policy_id = signalcraft_escalation_policy.catch_all.id
}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(workspaceName, tfjsonpath.New("time_zone"), knownvalue.StringExact("Europe/Oslo")),
			},
		},
		// The default policy that was set here goes when it isn't any more, so that one apply can
		// delete the policy too; anything else that is left out stays.
		resource.TestStep{
			Config: `resource "signalcraft_workspace" "this" {}`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(workspaceName, tfjsonpath.New(policyAttribute), knownvalue.Null()),
				statecheck.ExpectKnownValue(workspaceName, tfjsonpath.New("auto_resolve_after_hours"), knownvalue.Int64Exact(24)),
			},
		},
		resource.TestStep{
			Config: catchAll + `
resource "signalcraft_workspace" "this" {
  default_escalation_policy_id = signalcraft_escalation_policy.catch_all.id
}
`,
		},
	)
	// Everything was destroyed: the workspace is there without its policy, and the policy is gone.
	if current := call(t, "GET", workspaces.collection, nil, nil); current[policyAttribute] != nil {
		t.Errorf("the workspace still has the default policy %v", current[policyAttribute])
	}
	found := call(t, "GET", escalationPolicies.collection+"?name=Catch+all", nil, nil)
	if items := found["items"].([]any); len(items) > 0 {
		t.Errorf("the policy is still there: %v", items)
	}
}
