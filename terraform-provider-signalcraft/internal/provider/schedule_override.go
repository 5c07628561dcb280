package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// scheduleOverride says who is on call for a while, whatever the schedule's rotations say.
type scheduleOverride struct {
	session *session
}

// overrideState is what Terraform keeps of an override.
type overrideState struct {
	ID         types.String `tfsdk:"id"`
	ScheduleID types.String `tfsdk:"schedule_id"`
	api.ScheduleOverride
}

func newScheduleOverride() resource.Resource {
	return &scheduleOverride{}
}

var (
	_ resource.ResourceWithConfigure   = (*scheduleOverride)(nil)
	_ resource.ResourceWithImportState = (*scheduleOverride)(nil)
)

func (*scheduleOverride) Metadata(
	_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse,
) {
	response.TypeName = "signalcraft_schedule_override"
}

func (*scheduleOverride) Schema(
	_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse,
) {
	override := api.Schemas["ScheduleOverride"]
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Id of the override (`ovr_…`).",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"schedule_id": schema.StringAttribute{
			Required: true, MarkdownDescription: "Id of the schedule.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
	}
	for name, field := range override.Fields {
		attributes[name] = schema.StringAttribute{
			Required: true, MarkdownDescription: describe(field), Validators: checked(field),
		}
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "A user, a team or nobody on call on a schedule for a while, whatever its rotations " +
			"say: a holiday that is planned, a swap. Where two overlap, the one that was made later wins.",
		Attributes: attributes,
	}
}

func (s *scheduleOverride) Configure(
	_ context.Context, request resource.ConfigureRequest, response *resource.ConfigureResponse,
) {
	var diagnostics diag.Diagnostics
	s.session, diagnostics = sessionFrom(request.ProviderData)
	response.Diagnostics.Append(diagnostics...)
}

func (s *scheduleOverride) Create(
	ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse,
) {
	var plan overrideState
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	var made api.StoredScheduleOverride
	err := s.session.client.Post(ctx, api.OverridesPath(plan.ScheduleID.ValueString()), plan.ScheduleOverride, &made)
	if err != nil {
		response.Diagnostics.Append(s.session.refusedNested(err, nil)...)
		return
	}
	plan.ID = types.StringValue(made.ID)
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
}

func (s *scheduleOverride) Read(
	ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse,
) {
	schedule, id, diagnostics := overrideIn(ctx, request.State)
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() {
		return
	}
	now, err := s.session.client.Override(ctx, schedule, id)
	if isNotFound(err) {
		response.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		response.Diagnostics.Append(s.session.explain(err).diagnostic())
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &overrideState{
		types.StringValue(now.ID), types.StringValue(now.ScheduleID),
		api.ScheduleOverride{Participant: now.Participant, StartsAt: now.StartsAt, EndsAt: now.EndsAt},
	})...)
}

func (s *scheduleOverride) Update(
	ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse,
) {
	var plan overrideState
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	var written api.StoredScheduleOverride
	at := api.OverridesPath(plan.ScheduleID.ValueString()) + "/" + plan.ID.ValueString()
	if err := s.session.client.Put(ctx, at, plan.ScheduleOverride, &written); err != nil {
		response.Diagnostics.Append(s.session.refusedNested(err, nil)...)
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
}

func (s *scheduleOverride) Delete(
	ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse,
) {
	schedule, id, diagnostics := overrideIn(ctx, request.State)
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() {
		return
	}
	if err := s.session.client.Remove(ctx, api.OverridesPath(schedule)+"/"+id); err != nil {
		response.Diagnostics.Append(s.session.explain(err).diagnostic())
	}
}

func (s *scheduleOverride) ImportState(
	ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse,
) {
	importNested(ctx, "schedule_id", request, response)
}

// overrideIn is the schedule of the override in a state, and its id. One that was imported has
// nothing else yet.
func overrideIn(ctx context.Context, state tfsdk.State) (schedule, id string, found diag.Diagnostics) {
	found.Append(state.GetAttribute(ctx, path.Root("schedule_id"), &schedule)...)
	found.Append(state.GetAttribute(ctx, path.Root("id"), &id)...)
	return schedule, id, found
}
