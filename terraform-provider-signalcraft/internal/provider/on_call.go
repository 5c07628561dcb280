package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// onCallDataSource says who is on call.
type onCallDataSource struct {
	session *session
}

// onCall is its state.
type onCall struct {
	api.OnCallNow
	UserName  *string `tfsdk:"user_name"`
	UserEmail *string `tfsdk:"user_email"`
}

func newOnCallDataSource() datasource.DataSource {
	return &onCallDataSource{}
}

var _ datasource.DataSourceWithConfigure = (*onCallDataSource)(nil)

func (*onCallDataSource) Metadata(
	_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse,
) {
	response.TypeName = "signalcraft_on_call"
}

func (*onCallDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse,
) {
	attributes := computed(api.Schemas["OnCallNow"])
	attributes["schedule_id"] = schema.StringAttribute{
		Required: true, MarkdownDescription: "Id of the schedule.",
	}
	attributes["at"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "The instant asked about, with its offset (`2026-01-05T09:00:00+01:00`). " +
			"Default: now, whenever Terraform reads it.",
	}
	attributes["user_name"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "Name of the user who is on call; null if nobody is.",
	}
	attributes["user_email"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "Their e-mail address.",
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "Who is on call on a schedule, for `check` blocks, tests and outputs.",
		Attributes:          attributes,
	}
}

func (o *onCallDataSource) Configure(
	_ context.Context, request datasource.ConfigureRequest, response *datasource.ConfigureResponse,
) {
	var diagnostics diag.Diagnostics
	o.session, diagnostics = sessionFrom(request.ProviderData)
	response.Diagnostics.Append(diagnostics...)
}

func (o *onCallDataSource) Read(
	ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse,
) {
	var schedule string
	var at *string
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("schedule_id"), &schedule)...)
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("at"), &at)...)
	if response.Diagnostics.HasError() {
		return
	}
	instant := ""
	if at != nil {
		instant = *at
	}
	now, err := o.session.client.OnCall(ctx, schedule, instant)
	if err != nil {
		response.Diagnostics.Append(o.session.explain(err).diagnostic())
		return
	}
	found := onCall{OnCallNow: now}
	if at != nil {
		// As it is written: another offset would be the same instant, and not the same text.
		found.At = instant
	}
	if now.UserID != nil {
		response.Diagnostics.Append(o.name(ctx, &found)...)
	}
	response.Diagnostics.Append(response.State.Set(ctx, &found)...)
}

// name fills in what people call the one who is on call.
func (o *onCallDataSource) name(ctx context.Context, found *onCall) diag.Diagnostics {
	object, err := o.session.read(ctx, users, *found.UserID)
	if err != nil {
		return diag.Diagnostics{o.session.explain(err).diagnostic()}
	}
	person := new(user)
	if err := object.Decode(person); err != nil {
		return diag.Diagnostics{unreadable(users, object, err)}
	}
	found.UserName, found.UserEmail = &person.Name, &person.Email
	return nil
}
