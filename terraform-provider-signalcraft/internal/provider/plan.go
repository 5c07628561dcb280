package provider

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// ModifyPlan changes nothing in the plan: it makes the plan say what the API will say to its apply.
func (m *managed[T, S]) ModifyPlan(
	ctx context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse,
) {
	if request.Plan.Raw.IsNull() || m.session == nil {
		return
	}
	response.Diagnostics.Append(response.Private.SetKey(ctx, plannedKey, strconv.AppendQuote(nil, digestIn(ctx)))...)
	response.Diagnostics.Append(m.check(ctx, request.Config, request.State, request.Plan)...)
}

// check asks the API about a change. It can tell only where everything that is written is known:
// not of a resource that refers to one which the same plan creates.
func (m *managed[T, S]) check(
	ctx context.Context, config tfsdk.Config, before tfsdk.State, plan tfsdk.Plan,
) diag.Diagnostics {
	if plan.Raw.Equal(before.Raw) || !config.Raw.IsFullyKnown() {
		return nil
	}
	planned := S(new(T))
	diagnostics := plan.Get(ctx, planned)
	if diagnostics.HasError() {
		return diagnostics
	}
	candidate := api.Candidate{Kind: m.name, Body: planned}
	if !before.Raw.IsNull() {
		var failed diag.Diagnostics
		candidate.ID, failed = idOf(ctx, before)
		diagnostics.Append(failed...)
	}
	found, err := m.session.client.Check(ctx, candidate)
	if err != nil {
		diagnostics.Append(m.session.unchecked(err)...)
		return diagnostics
	}
	draft := m.draft(planned)
	for _, mistake := range found.Errors {
		diagnostics.Append(notAccepted(draft, mistake))
	}
	diagnostics.Append(m.session.warnings(ctx, draft, found.Warnings)...)
	return diagnostics
}
