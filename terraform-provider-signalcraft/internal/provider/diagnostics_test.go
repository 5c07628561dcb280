package provider

import (
	"testing"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

func TestADeletionThatWaitsNamesWhatItWaitsFor(t *testing.T) {
	night := api.Blocker{Kind: "schedule", Name: "Night", Pointer: "/rotations/0/participants/0"}
	nightAgain := api.Blocker{Kind: "schedule", Name: "Night", Pointer: "/rotations/1/participants/0"}
	policy := api.Blocker{Kind: "escalation_policy", Name: "Pager", Pointer: "/rules/0/targets/0/id"}
	team := api.Blocker{Kind: "team", Name: "Database", Pointer: "/member_ids/0"}
	tests := []struct {
		blockers []api.Blocker
		title    string
	}{
		{
			[]api.Blocker{night, nightAgain},
			`The user "ada@example.com" is deleted as soon as the schedule "Night" no longer refers to it`,
		},
		{
			[]api.Blocker{night, policy},
			`The user "ada@example.com" is deleted as soon as the schedule "Night" and the escalation ` +
				`policy "Pager" no longer refer to it`,
		},
		{
			[]api.Blocker{night, policy, team},
			`The user "ada@example.com" is deleted as soon as the schedule "Night", the escalation ` +
				`policy "Pager" and 1 more no longer refer to it`,
		},
	}
	for _, test := range tests {
		if title := deletedLater(`user "ada@example.com"`, &api.Pending{Blockers: test.blockers}).Summary(); title != test.title {
			t.Errorf("%s\nwant %s", title, test.title)
		}
	}
}
