package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

func TestAPlanIsCheckedOnlyWhereItChangesWhatIsKnown(t *testing.T) {
	tests := map[string]struct {
		before, config string
		checked        bool
	}{
		"a new resource":       {"", teamConfig("Checked new", ""), true},
		"a change":             {teamConfig("Checked", ""), teamConfig("Checked", "changed"), true},
		"no change":            {teamConfig("Unchanged", ""), teamConfig("Unchanged", ""), false},
		"something unknown":    {"", later + teamConfig("Later", `${terraform_data.later.id}`), false},
		"a resource that goes": {teamConfig("Goes", ""), "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			between := standBetween(t)
			var steps []resource.TestStep
			if test.before != "" {
				steps = append(steps, resource.TestStep{Config: between.provider() + test.before})
			}
			unchanged := test.before == test.config
			terraform(t, append(steps, resource.TestStep{
				PreConfig:          between.forget,
				Config:             between.provider() + test.config,
				PlanOnly:           true,
				ExpectNonEmptyPlan: !unchanged,
			})...)
			if checked := between.count("POST /v1/validate") > 0; checked != test.checked {
				t.Errorf("checked: %t, want %t; asked: %v", checked, test.checked, between.asked)
			}
		})
	}
}

const later = `resource "terraform_data" "later" {}
`

func TestAnApplyOfWhatWasUnknownIsNotCheckedAfterAWrite(t *testing.T) {
	between := standBetween(t)
	terraform(t, resource.TestStep{
		Config: between.provider() + `
resource "signalcraft_user" "first" {
  email = "first@checked.example"
  name  = "First"
  role  = "responder"
}

resource "signalcraft_team" "second" {
  name       = "Second"
  member_ids = [signalcraft_user.first.id]
}
`,
	})
	// The user alone: when it is planned, and when its apply plans it anew.
	if checks := between.count("POST /v1/validate"); checks != 2 {
		t.Errorf("checked %d times, want 2", checks)
	}
}
