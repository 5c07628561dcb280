package provider

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

func TestSummariesFitInALineWhateverNamesAre(t *testing.T) {
	t.Parallel()
	pointer := "/rules/0/targets/0/id"
	for _, name := range []string{"Team", strings.Repeat("long ", 80), strings.Repeat("\"\n", 200), strings.Repeat("数", 400)} {
		draft := escalationPolicies.draft(map[string]any{"name": name})
		sentence := "This changes who is on call right now: was " + name + ", will be " + name + ". Later, too."
		open := &session{identity: api.WhoAmI{WorkspaceName: name}}
		blocker := api.Blocker{Kind: "schedule", Name: name, Pointer: "/rotations/0/participants/0"}
		found := diag.Diagnostics{
			surprise(draft, api.ProblemError{Pointer: &pointer, Detail: sentence}),
			surprise(draft, api.ProblemError{Detail: sentence}),
			notAccepted(draft, api.ProblemError{Pointer: &pointer, Detail: sentence}),
			doubled(draft, &claimant{}),
			deletedLater(serviceAccountTrusts, name, &api.Pending{Blockers: []api.Blocker{blocker}}),
			deletedLater(users, name, &api.Pending{LastOwner: true}),
			markedForDeletion(serviceAccountTrusts, name, "trust_1"),
			open.notDeleted(serviceAccountTrusts, name, &api.Problem{ProblemDocument: api.ProblemDocument{
				Type: "https://signalcraft.io/problems/referenced", Blockers: []api.Blocker{blocker},
			}}),
			alreadyThere(draft, "esc_1"),
			open.notFound(serviceAccountTrusts, name),
			open.ambiguous(serviceAccountTrusts, name, nil),
			(&workspaceResource{managed[workspace, *workspace]{kind: workspaces, session: open}}).adoption(nil, nil),
		}
		found.Append(open.unchecked(context.Canceled)...)
		for _, diagnostic := range found {
			if length := utf8.RuneCountInString(diagnostic.Summary()); length > columns {
				t.Errorf("%d characters: %s", length, diagnostic.Summary())
			}
		}
	}
}

func TestWhatIsCutFromASummaryIsInTheDetail(t *testing.T) {
	t.Parallel()
	pointer := "/rules/0/delay_minutes"
	draft := escalationPolicies.draft(map[string]any{"name": "Database"})
	sentence := "Nobody is paged for the first five minutes, although the alert is critical and it is night"
	found := surprise(draft, api.ProblemError{Pointer: &pointer, Detail: sentence + ". Is that intended?"})
	if !strings.HasSuffix(found.Summary(), `… ("Database")`) {
		t.Errorf("the summary doesn't name the resource: %s", found.Summary())
	}
	if !strings.Contains(found.Detail(), sentence+". Is that intended?") {
		t.Errorf("the detail lacks a part: %s", found.Detail())
	}
}
