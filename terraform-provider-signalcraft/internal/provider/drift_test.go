package provider

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

func teamConfig(name, description string) string {
	return `
resource "signalcraft_team" "team" {
  name        = "` + name + `"
  description = "` + description + `"
}
`
}

// stored is a resource as the server has it, by its natural key.
func stored(t *testing.T, collection, key, value string) map[string]any {
	t.Helper()
	query := url.Values{key: {value}}
	items := call(t, "GET", collection+"?"+query.Encode(), nil, nil)["items"].([]any)
	if len(items) != 1 {
		t.Fatalf("%d resources of %s have the %s %q, want 1", len(items), collection, key, value)
	}
	return items[0].(map[string]any)
}

// change replaces a team's description behind Terraform's back.
func change(t *testing.T, name, description string) {
	t.Helper()
	team := stored(t, teams.collection, "name", name)
	call(t, "PUT", teams.path(team["id"].(string)), nil, map[string]any{
		"name": name, "description": description,
	})
}

func TestWhatSomebodyElseChangedIsShownAndPutBack(t *testing.T) {
	terraform(t,
		resource.TestStep{Config: teamConfig("Drifting", "ours")},
		resource.TestStep{
			PreConfig: func() { change(t, "Drifting", "theirs") },
			Config:    teamConfig("Drifting", "ours"),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("signalcraft_team.team", plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue("signalcraft_team.team",
						tfjsonpath.New("description"), knownvalue.StringExact("ours")),
				},
			},
		},
	)
}

func TestWhatSomebodyElseDeletedIsMadeAgain(t *testing.T) {
	terraform(t,
		resource.TestStep{Config: teamConfig("Vanishing", "")},
		resource.TestStep{
			PreConfig: func() {
				team := stored(t, teams.collection, "name", "Vanishing")
				call(t, "DELETE", teams.path(team["id"].(string)), nil, nil)
			},
			Config: teamConfig("Vanishing", ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("signalcraft_team.team", plancheck.ResourceActionCreate),
				},
			},
		},
		// And what is gone already counts as deleted.
		resource.TestStep{
			Config:  teamConfig("Vanishing", ""),
			Destroy: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{meanwhile(func() {
					team := stored(t, teams.collection, "name", "Vanishing")
					call(t, "DELETE", teams.path(team["id"].(string)), nil, nil)
				})},
			},
		},
	)
}

// meanwhile does something between a plan and its apply.
type meanwhile func()

func (m meanwhile) CheckPlan(context.Context, plancheck.CheckPlanRequest, *plancheck.CheckPlanResponse) {
	m()
}

func TestAChangeSinceThePlanIsNotOverwritten(t *testing.T) {
	terraform(t,
		resource.TestStep{Config: teamConfig("Contended", "first")},
		resource.TestStep{
			Config: teamConfig("Contended", "second"),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					meanwhile(func() { change(t, "Contended", "theirs") }),
				},
			},
			ExpectError: regexp.MustCompile(`This team has changed since the plan was made`),
		},
		resource.TestStep{Config: teamConfig("Contended", "second")},
	)
}

func TestAnotherManagersResourceIsTakenOverOnlyWhenToldTo(t *testing.T) {
	team := call(t, "POST", teams.collection,
		http.Header{"Signalcraft-Manager": {"kubernetes/prod/default/team"}},
		map[string]any{"name": "Elsewhere"})
	imported := `
import {
  to = signalcraft_team.team
  id = "` + team["id"].(string) + `"
}
` + teamConfig("Elsewhere", "ours")
	terraform(t,
		resource.TestStep{
			Config:      imported,
			ExpectError: regexp.MustCompile(`(?s)Another tool manages it.*take_over = true`),
		},
		resource.TestStep{
			Config: `
provider "signalcraft" {
  take_over  = true
  source_url = "https://git.example/monitoring"
}
` + imported,
		},
	)
}

const onARotation = `
resource "signalcraft_user" "stays" {
  email = "stays@rotation.example"
  name  = "Stays"
  role  = "responder"
}

resource "signalcraft_schedule" "rotation" {
  name      = "Rotation"
  time_zone = "UTC"
  rotations {
    name         = "weeks"
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
    participants = [%s]
  }
}
`

func TestOneApplyTakesAUserOffARotationAndDeletesTheUser(t *testing.T) {
	const goes = `
resource "signalcraft_user" "goes" {
  email = "goes@rotation.example"
  name  = "Goes"
  role  = "responder"
}
`
	with := regexp.MustCompile("%s").ReplaceAllString(onARotation,
		"signalcraft_user.stays.id, signalcraft_user.goes.id")
	without := regexp.MustCompile("%s").ReplaceAllString(onARotation, "signalcraft_user.stays.id")
	terraform(t,
		resource.TestStep{Config: with + goes},
		resource.TestStep{Config: without},
	)
	found := call(t, "GET", users.collection+"?email=goes@rotation.example", nil, nil)
	if items := found["items"].([]any); len(items) > 0 {
		t.Errorf("the user is still there: %v", items)
	}
}

func TestDeletingWhatOthersReferToWaitsForThem(t *testing.T) {
	const config = `
resource "signalcraft_user" "waits" {
  email = "waits@rotation.example"
  name  = "Waits"
  role  = "responder"
}
`
	var team map[string]any
	terraform(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				user := stored(t, users.collection, "email", "waits@rotation.example")
				team = call(t, "POST", teams.collection, nil, map[string]any{
					"name": "Refers", "member_ids": []any{user["id"]},
				})
			},
			Config:  config,
			Destroy: true,
		},
	)
	user := stored(t, users.collection, "email", "waits@rotation.example")
	if user["deletion_requested_at"] == nil {
		t.Error("the user is not marked for deletion")
	}
	call(t, "DELETE", teams.path(team["id"].(string)), nil, nil)
	if status, _ := tryCall(t, "GET", users.path(user["id"].(string)), nil, nil); status != http.StatusNotFound {
		t.Errorf("reading the user: %d, want 404 now that nothing refers to it", status)
	}
}
