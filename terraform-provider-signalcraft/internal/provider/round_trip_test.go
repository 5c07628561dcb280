package provider

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// everyKind has every field of every kind but the workspace, at a value that is no default.
const everyKind = `
resource "signalcraft_user" "ada" {
  email     = "ada@every.example"
  name      = "Ada"
  role      = "responder"
  time_zone = "Europe/Lisbon"
}

resource "signalcraft_user" "bob" {
  email = "bob@every.example"
  name  = "Bob"
  role  = "viewer"
}

resource "signalcraft_team" "full" {
  name        = "Every team"
  description = "Looks after the database."
  member_ids  = [signalcraft_user.bob.id, signalcraft_user.ada.id]
}

resource "signalcraft_schedule" "full" {
  name        = "Every schedule"
  description = "Weeks, and working days on top."
  time_zone   = "Europe/Berlin"

  rotations {
    name         = "weeks"
    participants = [signalcraft_user.bob.id, signalcraft_user.ada.id]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }

  rotations {
    name           = "days"
    participants   = [signalcraft_user.ada.id]
    starts_at      = "2026-01-05T08:00:00"
    ends_at        = "2027-01-05T08:00:00"
    time_zone      = "America/New_York"
    counted_shifts = "worked"
    shift_length   = 12
    shift_unit     = "hour"

    restrictions {
      days       = ["tue", "mon"]
      start_time = "09:00"
      end_time   = "17:00"
    }
    restrictions {
      days       = ["fri"]
      start_time = "22:00"
      end_time   = "06:00"
    }
  }
}

resource "signalcraft_escalation_policy" "full" {
  name                 = "Every policy"
  description          = "First the one on call, then everybody."
  team_id              = signalcraft_team.full.id
  repeat_times         = 2
  repeat_after_minutes = 60

  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.full.id
    }
    targets {
      type = "user"
      id   = signalcraft_user.bob.id
    }
  }
  rules {
    delay_minutes = 15
    targets {
      type = "team"
      id   = signalcraft_team.full.id
    }
  }
}

resource "signalcraft_service" "full" {
  name                 = "Every service"
  description          = "The database."
  team_id              = signalcraft_team.full.id
  escalation_policy_id = signalcraft_escalation_policy.full.id
  labels               = { "tier/1" = "yes", empty = "" }
}

resource "signalcraft_routing_rule" "full" {
  name        = "Every rule"
  description = "Production's alerts."
  priority    = 7
  enabled     = false
  match       = "any"
  continue    = true
  time_zone   = "America/New_York"

  windows {
    days       = ["mon", "fri"]
    start_time = "09:00"
    end_time   = "17:00"
  }
  windows {
    days       = ["sat"]
    start_time = "22:00"
    end_time   = "02:00"
  }
  conditions {
    field    = "labels.env"
    operator = "in"
    values   = ["prod", "live"]
  }
  conditions {
    field    = "title"
    operator = "contains"
    value    = "down"
  }
  conditions {
    field    = "labels.team"
    operator = "exists"
  }
  conditions {
    field    = "source"
    operator = "not_matches"
    value    = "^test-"
  }
  action {
    escalate_to  = signalcraft_escalation_policy.full.id
    assign_to    = signalcraft_team.full.id
    set_severity = "critical"
  }
}

resource "signalcraft_routing_rule" "quiet" {
  name     = "Every quiet rule"
  priority = 8
  action {
    suppress = true
  }
}

resource "signalcraft_alert_policy" "full" {
  name        = "Every alert"
  description = "Too hot."
  severity    = "warning"
  routing_key = "db"
  enabled     = false
  match       = "any"

  conditions {
    type        = "metric_threshold"
    metric      = "cpu"
    operator    = "gte"
    value       = 90
    for_minutes = 5
    labels      = { host = "db1" }
  }
  conditions {
    type     = "metric_threshold"
    metric   = "temperature"
    operator = "gt"
    value    = 71.25
  }
}

resource "signalcraft_service_account" "full" {
  name        = "Every account"
  description = "Continuous integration."
  scopes      = ["config:write", "config:read"]
  disabled    = true
}

resource "signalcraft_service_account_trust" "full" {
  name               = "Every trust"
  description        = "Protected branches."
  service_account_id = signalcraft_service_account.full.id
  platform           = "gitlab"
  issuer             = "https://gitlab.com"
  audience           = "https://signalcraft.example.com"
  single_use         = true

  claims {
    name   = "ref_protected"
    values = ["true"]
  }
  claims {
    name   = "project_id"
    values = ["42", "7"]
  }
}
`

// The step that applies fails by itself where a second plan isn't empty.
func TestEveryKindIsReadBackAsItWasWritten(t *testing.T) {
	steps := []resource.TestStep{
		{Config: everyKind},
		{ResourceName: "signalcraft_team.full", ImportState: true, ImportStateVerify: true},
	}
	for name, naturalKey := range map[string]string{
		"signalcraft_user.ada":                   "ada@every.example",
		"signalcraft_team.full":                  "Every team",
		"signalcraft_schedule.full":              "Every schedule",
		"signalcraft_escalation_policy.full":     "Every policy",
		"signalcraft_service.full":               "Every service",
		"signalcraft_routing_rule.full":          "Every rule",
		"signalcraft_alert_policy.full":          "Every alert",
		"signalcraft_service_account.full":       "Every account",
		"signalcraft_service_account_trust.full": "Every trust",
	} {
		steps = append(steps, resource.TestStep{
			ResourceName: name, ImportState: true, ImportStateVerify: true, ImportStateId: naturalKey,
		})
	}
	terraform(t, steps...)
}

func TestThePolicyOfTheDocumentationIsAppliedWordForWord(t *testing.T) {
	terraform(t, resource.TestStep{
		Config: `
resource "signalcraft_schedule" "db_primary" {
  name      = "DB Primary"
  time_zone = "Europe/Berlin"
}

resource "signalcraft_escalation_policy" "db_team_policy" {
  name = "Database SRE Policy"
  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.db_primary.id
    }
  }
}
`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("signalcraft_escalation_policy.db_team_policy",
				tfjsonpath.New("id"), knownvalue.StringRegexp(regexp.MustCompile("^esc_"))),
		},
	})
}

func TestWhatIsLeftOutFallsBackToItsDefault(t *testing.T) {
	const name = "signalcraft_alert_policy.policy"
	config := func(optional, ofCondition string) string {
		return `
resource "signalcraft_alert_policy" "policy" {
  name        = "Falls back"
  severity    = "info"
  routing_key = "any"
  ` + optional + `
  conditions {
    type     = "metric_threshold"
    metric   = "cpu"
    operator = "gt"
    value    = 1
    ` + ofCondition + `
  }
}`
	}
	terraform(t,
		resource.TestStep{Config: config(`
  description = "Words"
  enabled     = false
  match       = "any"`, `
    for_minutes = 5
    labels      = { a = "b" }`)},
		resource.TestStep{
			Config: config("", ""),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(name, tfjsonpath.New("description"), knownvalue.StringExact("")),
				statecheck.ExpectKnownValue(name, tfjsonpath.New("enabled"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue(name, tfjsonpath.New("match"), knownvalue.StringExact("all")),
				statecheck.ExpectKnownValue(name, tfjsonpath.New("conditions").AtSliceIndex(0).AtMapKey("for_minutes"),
					knownvalue.Int64Exact(0)),
				statecheck.ExpectKnownValue(name, tfjsonpath.New("conditions").AtSliceIndex(0).AtMapKey("labels"),
					knownvalue.MapSizeExact(0)),
			},
		},
		// Null is the same as nothing.
		resource.TestStep{
			Config: config("description = null\nenabled = null", "labels = null"),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
		},
	)
}

func TestDynamicBlocksMayDependOnWhatDoesNotExistYet(t *testing.T) {
	terraform(t, resource.TestStep{Config: `
resource "signalcraft_user" "x" {
  email = "x@dynamic.example"
  name  = "X"
  role  = "responder"
}

resource "signalcraft_user" "y" {
  email = "y@dynamic.example"
  name  = "Y"
  role  = "responder"
}

locals {
  ids = sort([signalcraft_user.x.id, signalcraft_user.y.id])
}

resource "signalcraft_escalation_policy" "dynamic" {
  name = "Dynamic"
  dynamic "rules" {
    for_each = local.ids
    content {
      delay_minutes = rules.key * 5
      dynamic "targets" {
        for_each = toset(slice(local.ids, 0, rules.key + 1))
        content {
          type = "user"
          id   = targets.value
        }
      }
    }
  }
}
`})
}

func TestDataSourcesFindByIDAndByName(t *testing.T) {
	call(t, "POST", "/v1/users", nil, map[string]any{
		"email": "eve@data.example", "name": "Eve", "role": "responder",
	})
	team := call(t, "POST", "/v1/teams", nil, map[string]any{"name": "Data team"})
	terraform(t,
		resource.TestStep{
			Config:      `data "signalcraft_team" "none" {}`,
			ExpectError: regexp.MustCompile(`(?s)No attribute specified.*id,name`),
		},
		resource.TestStep{
			Config: everyData + `
data "signalcraft_user" "eve" {
  email = "EVE@data.example"
}
data "signalcraft_team" "by_id" {
  id = "` + team["id"].(string) + `"
}
data "signalcraft_team" "by_name" {
  name = "Data team"
}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.signalcraft_user.eve",
					tfjsonpath.New("name"), knownvalue.StringExact("Eve")),
				statecheck.ExpectKnownValue("data.signalcraft_team.by_id",
					tfjsonpath.New("name"), knownvalue.StringExact("Data team")),
				statecheck.ExpectKnownValue("data.signalcraft_team.by_name",
					tfjsonpath.New("id"), knownvalue.StringExact(team["id"].(string))),
			},
		},
		resource.TestStep{
			Config:      `data "signalcraft_team" "none" { name = "No such team" }`,
			ExpectError: regexp.MustCompile(`There is no team with the name "No such team"`),
		},
	)
}

// everyData reads every kind that was written with it.
const everyData = `
resource "signalcraft_schedule" "read" {
  name      = "Data schedule"
  time_zone = "UTC"
}
data "signalcraft_schedule" "read" {
  id = signalcraft_schedule.read.id
}

resource "signalcraft_escalation_policy" "read" {
  name = "Data policy"
  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.read.id
    }
  }
}
data "signalcraft_escalation_policy" "read" {
  id = signalcraft_escalation_policy.read.id
}

resource "signalcraft_service" "read" {
  name   = "Data service"
  labels = { a = "b" }
}
data "signalcraft_service" "read" {
  id = signalcraft_service.read.id
}

resource "signalcraft_routing_rule" "read" {
  name     = "Data rule"
  priority = 1
  action {
    suppress = true
  }
}
data "signalcraft_routing_rule" "read" {
  id = signalcraft_routing_rule.read.id
}

resource "signalcraft_alert_policy" "read" {
  name        = "Data alert"
  severity    = "info"
  routing_key = "any"
  conditions {
    type     = "metric_threshold"
    metric   = "cpu"
    operator = "gt"
    value    = 0.5
  }
}
data "signalcraft_alert_policy" "read" {
  id = signalcraft_alert_policy.read.id
}

resource "signalcraft_service_account" "read" {
  name   = "Data account"
  scopes = ["config:read"]
}
data "signalcraft_service_account" "read" {
  id = signalcraft_service_account.read.id
}

resource "signalcraft_service_account_trust" "read" {
  name               = "Data trust"
  service_account_id = signalcraft_service_account.read.id
  platform           = "kubernetes"
  issuer             = "https://cluster.example.com"
  audience           = "https://signalcraft.example.com"
  claims {
    name   = "sub"
    values = ["system:serviceaccount:monitoring:signalcraft-operator"]
  }
}
data "signalcraft_service_account_trust" "read" {
  id = signalcraft_service_account_trust.read.id
}
`
