package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"
)

func TestAPlanIsCheckedWhereItChangesSomething(t *testing.T) {
	tests := map[string]struct {
		before, config string
		checked        bool
	}{
		"a new resource":       {"", teamConfig("Checked new", ""), true},
		"a change":             {teamConfig("Checked", ""), teamConfig("Checked", "changed"), true},
		"no change":            {teamConfig("Unchanged", ""), teamConfig("Unchanged", ""), false},
		"something unknown":    {"", later + teamConfig("Later", `${terraform_data.later.id}`), true},
		"a resource that goes": {teamConfig("Goes", ""), "", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			between := standBetween(t)
			var steps []resource.TestStep
			if test.before != "" {
				steps = append(steps, resource.TestStep{Config: between.provider() + test.before})
			}
			unchanged := test.before == test.config
			var checks int
			planned := resource.TestStep{
				PreConfig:          between.forget,
				Config:             between.provider() + test.config,
				PlanOnly:           true,
				ExpectNonEmptyPlan: !unchanged,
			}
			// What is destroyed in the end is planned, too.
			counted := resource.TestStep{
				PreConfig: func() { checks = between.count("POST /v1/validate") },
				Config:    between.provider() + test.before,
			}
			terraform(t, append(steps, planned, counted)...)
			if checked := checks > 0; checked != test.checked {
				t.Errorf("checked: %t, want %t; asked: %v", checked, test.checked, between.asked)
			}
		})
	}
}

const later = `resource "terraform_data" "later" {}
`

func TestNothingIsCheckedOnceSomethingIsWritten(t *testing.T) {
	between := standBetween(t)
	var checks int
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
		Check: func(*tfstate.State) error {
			checks = between.count("POST /v1/validate")
			return nil
		},
	})
	// Each when it is planned, and the user when the apply plans it anew.
	if checks != 3 {
		t.Errorf("checked %d times, want 3", checks)
	}
}

func TestTwoThatWouldHaveTheSameNameAreRefusedWhenTheyArePlanned(t *testing.T) {
	two := func(first, second string) string {
		return fmt.Sprintf(`
resource "signalcraft_user" "first" {
  email = %q
  name  = "Somebody"
  role  = "responder"
}
resource "signalcraft_user" "second" {
  email = %q
  name  = "Somebody"
  role  = "responder"
}
`, first, second)
	}
	same := saying(`Two resources would have the email "`, "Another signalcraft_user of this configuration")
	terraform(t,
		resource.TestStep{Config: two("one@doubled.example", "One@doubled.example"), PlanOnly: true, ExpectError: same},
		resource.TestStep{Config: two("one@doubled.example", "two@doubled.example")},
		resource.TestStep{Config: two("one@doubled.example", "one@doubled.example"), PlanOnly: true, ExpectError: same},
	)
}
