package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"
)

func overrideConfig(start, end string) string {
	return `
resource "signalcraft_user" "stand_in" {
  email = "stand-in@override.example"
  name  = "Stand-in"
  role  = "responder"
}

resource "signalcraft_schedule" "overridden" {
  name      = "Overridden"
  time_zone = "UTC"
}

resource "signalcraft_schedule_override" "holiday" {
  schedule_id = signalcraft_schedule.overridden.id
  participant = signalcraft_user.stand_in.id
  starts_at   = "` + start + `"
  ends_at     = "` + end + `"
}
`
}

func TestAnOverrideIsMadeChangedImportedAndPutBack(t *testing.T) {
	const name = "signalcraft_schedule_override.holiday"
	const start, end = "2090-07-05T09:00:00+02:00", "2090-07-12T09:00:00+02:00"
	terraform(t,
		resource.TestStep{Config: overrideConfig(start, end)},
		resource.TestStep{
			ResourceName: name, ImportState: true, ImportStateVerify: true,
			ImportStateIdFunc: func(state *tfstate.State) (string, error) {
				override := state.RootModule().Resources[name].Primary.Attributes
				return override["schedule_id"] + "/" + override["id"], nil
			},
		},
		resource.TestStep{
			Config: overrideConfig(start, "2090-07-13T09:00:00+02:00"),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(name, plancheck.ResourceActionUpdate)},
			},
		},
		// Deleted by somebody else.
		resource.TestStep{
			PreConfig: func() {
				schedule := stored(t, schedules.collection, "name", "Overridden")["id"].(string)
				path := "/v1/schedules/" + schedule + "/overrides"
				override := call(t, "GET", path, nil, nil)["items"].([]any)[0].(map[string]any)
				call(t, "DELETE", path+"/"+override["id"].(string), nil, nil)
			},
			Config: overrideConfig(start, end),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(name, plancheck.ResourceActionCreate)},
			},
		},
		resource.TestStep{Config: overrideConfig(end, start), ExpectError: saying("Not accepted: ends_at")},
		resource.TestStep{
			Config:      overrideConfig("next monday", end),
			ExpectError: saying("Not accepted: starts_at", `This is "next monday".`),
		},
		resource.TestStep{Config: overrideConfig(start, end)},
	)
}
