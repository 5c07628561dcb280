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
	Users []personOnCall `tfsdk:"users"`
}

type personOnCall struct {
	ID    string `tfsdk:"id"`
	Name  string `tfsdk:"name"`
	Email string `tfsdk:"email"`
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
	attributes["users"] = schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "The users who are on call; empty if nobody is.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":    schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the user."},
			"name":  schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the user."},
			"email": schema.StringAttribute{Computed: true, MarkdownDescription: "Their e-mail address."},
		}},
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
	found := onCall{OnCallNow: now, Users: []personOnCall{}}
	if at != nil {
		// As it is written: another offset would be the same instant, and not the same text.
		found.At = instant
	}
	for _, id := range now.UserIds {
		person, diagnostics := o.person(ctx, id)
		response.Diagnostics.Append(diagnostics...)
		found.Users = append(found.Users, person)
	}
	response.Diagnostics.Append(response.State.Set(ctx, &found)...)
}

// person is a user as people know them.
func (o *onCallDataSource) person(ctx context.Context, id string) (personOnCall, diag.Diagnostics) {
	object, err := o.session.read(ctx, users, id)
	if err != nil {
		return personOnCall{}, diag.Diagnostics{o.session.explain(err).diagnostic()}
	}
	person := new(user)
	if err := object.Decode(person); err != nil {
		return personOnCall{}, diag.Diagnostics{unreadable(users, object, err)}
	}
	return personOnCall{id, person.Name, person.Email}, nil
}
