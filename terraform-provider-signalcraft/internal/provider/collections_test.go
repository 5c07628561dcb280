package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

func TestACollectionIsReadAtOnceAndFiltered(t *testing.T) {
	for _, email := range []string{"one@many.example", "two@many.example"} {
		call(t, "POST", users.collection, nil, map[string]any{
			"email": email, "name": email, "role": "viewer",
		})
	}
	for name, labels := range map[string]map[string]string{
		"Labelled": {"many": "yes", "tier": "1"}, "Labelled otherwise": {"many": "no"},
	} {
		call(t, "POST", services.collection, nil, map[string]any{"name": name, "labels": labels})
	}
	between := standBetween(t)
	terraform(t, resource.TestStep{
		Config: between.provider() + `
data "signalcraft_users" "viewers" {
  role = "viewer"
}

data "signalcraft_services" "labelled" {
  labels = { many = "yes" }
}

output "names" {
  value = [
    for email in ["one@many.example", "two@many.example"] :
    data.signalcraft_users.viewers.by_email[email].name
  ]
}
`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("names", knownvalue.ListExact([]knownvalue.Check{
				knownvalue.StringExact("one@many.example"), knownvalue.StringExact("two@many.example"),
			})),
			statecheck.ExpectKnownValue("data.signalcraft_services.labelled", tfjsonpath.New("ids"),
				knownvalue.ListSizeExact(1)),
			statecheck.ExpectKnownValue("data.signalcraft_services.labelled",
				tfjsonpath.New("by_name").AtMapKey("Labelled").AtMapKey("labels").AtMapKey("tier"),
				knownvalue.StringExact("1")),
		},
	})
	if reads := between.count("GET /v1/users"); reads == 0 || reads > 4 {
		t.Errorf("users were read %d times; want once for each walk of Terraform", reads)
	}
}

const onCallConfig = `
resource "signalcraft_user" "person" {
  email = "person@asked.example"
  name  = "Person"
  role  = "responder"
}

resource "signalcraft_schedule" "asked" {
  name      = "Asked"
  time_zone = "UTC"
  rotations {
    name         = "always"
    participants = [signalcraft_user.person.id]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }
}

resource "signalcraft_escalation_policy" "asked" {
  name = "Asked"
  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.asked.id
    }
  }
}

resource "signalcraft_routing_rule" "asked" {
  name     = "Asked"
  priority = 3
  conditions {
    field    = "labels.asked"
    operator = "eq"
    value    = "yes"
  }
  action {
    escalate_to = signalcraft_escalation_policy.asked.id
  }
}

data "signalcraft_on_call" "now" {
  schedule_id = signalcraft_schedule.asked.id
}

data "signalcraft_on_call" "before" {
  schedule_id = signalcraft_schedule.asked.id
  at          = "2026-01-05T09:59:59+01:00"
}
`

func TestWhoIsOnCallAndWhereAnAlertGoesAreDataSources(t *testing.T) {
	routed := func(alert string) string {
		return onCallConfig + `
data "signalcraft_routing_test" "alert" {
  alert = { ` + alert + ` }

  depends_on = [signalcraft_routing_rule.asked]
}
`
	}
	const source = "data.signalcraft_routing_test.alert"
	terraform(t,
		resource.TestStep{
			Config: routed(`severity = "critical", labels = { asked = "yes" }`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.signalcraft_on_call.now",
					tfjsonpath.New("users").AtSliceIndex(0).AtMapKey("email"),
					knownvalue.StringExact("person@asked.example")),
				statecheck.ExpectKnownValue("data.signalcraft_on_call.now",
					tfjsonpath.New("rotation"), knownvalue.StringExact("always")),
				statecheck.ExpectKnownValue("data.signalcraft_on_call.before",
					tfjsonpath.New("user_ids"), knownvalue.ListSizeExact(0)),
				statecheck.ExpectKnownValue("data.signalcraft_on_call.before",
					tfjsonpath.New("at"), knownvalue.StringExact("2026-01-05T09:59:59+01:00")),
				statecheck.ExpectKnownValue(source, tfjsonpath.New("outcome"), knownvalue.StringExact("escalated")),
				statecheck.ExpectKnownValue(source, tfjsonpath.New("timelines"), knownvalue.ListSizeExact(1)),
			},
		},
		resource.TestStep{
			Config:      routed(`severity = "dreadful"`),
			ExpectError: saying("Not accepted: alert.severity"),
		},
	)
}
