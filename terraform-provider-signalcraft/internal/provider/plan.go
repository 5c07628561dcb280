package provider

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// ModifyPlan changes nothing in the plan: it makes the plan say what the API will say to its apply,
// and tells the API what the apply will do.
func (m *managed[T, S]) ModifyPlan(
	ctx context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse,
) {
	if m.session == nil {
		return
	}
	if request.Plan.Raw.IsNull() {
		response.Diagnostics.Append(m.checkDeletion(ctx, request.State)...)
		return
	}
	known, diagnostics := m.knownEdition(ctx, request.Private)
	response.Diagnostics.Append(diagnostics...)
	response.Diagnostics.Append(response.Private.SetKey(ctx, plannedKey, strconv.AppendQuote(nil, digestIn(ctx)))...)
	if response.Diagnostics.HasError() {
		return
	}
	response.Diagnostics.Append(m.check(ctx, known, request.State, request.Plan)...)
}

// check asks the API about a change; known is empty but for the change of a resource that exists, and
// the second half of its replacement.
func (m *managed[T, S]) check(
	ctx context.Context, known knownEdition, before tfsdk.State, plan tfsdk.Plan,
) diag.Diagnostics {
	var diagnostics diag.Diagnostics
	body, err := m.plannedBody(plan.Raw)
	if err != nil {
		diagnostics.AddError("The plan can't be read", err.Error())
		return diagnostics
	}
	candidate := api.Candidate{Kind: m.name, Body: body.fields, Unknown: body.unknown}
	draft := m.draft(body.fields)
	if before.Raw.IsNull() {
		candidate.Replaces = known.ID
	} else {
		candidate.ID, diagnostics = idOf(ctx, before)
	}
	if diagnostics.HasError() {
		return diagnostics
	}
	if other := m.claimName(draft, body.fields, &candidate); other != nil {
		diagnostics.Append(doubled(draft, other))
		return diagnostics
	}
	if plan.Raw.Equal(before.Raw) {
		return diagnostics
	}
	candidate.Planned = m.session.plannedTargets(body.fields)
	if candidate.ID != "" && (m.name == schedules.name || m.name == teams.name) {
		m.session.planned.Store(candidate.ID, candidate)
	}
	diagnostics.Append(m.ask(ctx, draft, candidate)...)
	return diagnostics
}

// claimName notes the name that a resource gets. It returns the other resource of the plan that has it,
// if one does.
func (m *managed[T, S]) claimName(
	draft draft, fields map[string]any, candidate *api.Candidate,
) *claimant {
	if m.naturalKey == "" || draft.key() == "" {
		return nil
	}
	id := candidate.ID
	if id == "" {
		id = candidate.Replaces
	}
	if other := m.session.names.claim(m.kind, draft.key(), claimant{id, fields}); other != nil {
		return other
	}
	// Terraform plans a tainted resource like one that is new: it is replaced by what has its name.
	if others := m.session.names.others(m.kind, id, draft.key()); id == "" && len(others) > 0 {
		candidate.Replaces = others[0]
	}
	return nil
}

// checkDeletion tells the API what goes, so that its name is free.
func (m *managed[T, S]) checkDeletion(ctx context.Context, state tfsdk.State) diag.Diagnostics {
	id, diagnostics := idOf(ctx, state)
	body, err := m.plannedBody(state.Raw)
	if err != nil {
		diagnostics.AddError("The state can't be read", err.Error())
	}
	if diagnostics.HasError() || m.naturalKey == "" {
		return diagnostics
	}
	draft := m.draft(body.fields)
	diagnostics.Append(m.ask(ctx, draft, api.Candidate{Kind: m.name, ID: id})...)
	return diagnostics
}

// ask returns what the API says of a change.
func (m *managed[T, S]) ask(
	ctx context.Context, draft draft, candidate api.Candidate,
) diag.Diagnostics {
	found, err := m.session.client.Check(ctx, candidate)
	if err != nil {
		return m.session.unchecked(err)
	}
	var diagnostics diag.Diagnostics
	for _, mistake := range found.Errors {
		diagnostics.Append(notAccepted(draft, mistake))
	}
	var warnings []api.ProblemError
	for _, warning := range found.Warnings {
		if m.concernsPlan(draft, candidate.ID, warning) {
			continue
		}
		warnings = append(warnings, warning)
	}
	diagnostics.Append(m.session.warnings(ctx, draft, warnings)...)
	return diagnostics
}

// concernsPlan says whether a warning is about the name of a resource that this plan changes as
// well, and is no matter of concern: two that end with the same name are refused.
func (m *managed[T, S]) concernsPlan(draft draft, id string, warning api.ProblemError) bool {
	if warning.Code != nameTaken && warning.Code != nameShared {
		return false
	}
	return len(m.session.names.others(m.kind, id, draft.key())) > 0
}

// plannedTargets are the changes that the plan makes to what an escalation policy pages: Terraform
// plans that first.
func (s *session) plannedTargets(policy map[string]any) []api.Candidate {
	var changes []api.Candidate
	rules, _ := policy["rules"].([]any)
	for _, rule := range rules {
		targets, _ := entry(rule, "targets").([]any)
		for _, target := range targets {
			if change, found := s.planned.Load(entry(target, "id")); found {
				changes = append(changes, change.(api.Candidate))
			}
		}
	}
	return changes
}
