package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// resourceDataSource is the data source of any kind, whose state is a T: it reads a resource that is
// managed elsewhere.
type resourceDataSource[T any, S state[T]] struct {
	kind
	session *session
}

func newDataSource[T any, S state[T]](k kind) func() datasource.DataSource {
	return func() datasource.DataSource { return &resourceDataSource[T, S]{kind: k} }
}

var _ datasource.DataSourceWithConfigure = (*resourceDataSource[team, *team])(nil)

func (d *resourceDataSource[T, S]) Metadata(
	_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse,
) {
	response.TypeName = d.resourceType()
}

func (d *resourceDataSource[T, S]) Schema(
	_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse,
) {
	response.Schema = dataSchema(d.kind)
}

func (d *resourceDataSource[T, S]) Configure(
	_ context.Context, request datasource.ConfigureRequest, response *datasource.ConfigureResponse,
) {
	var diagnostics diag.Diagnostics
	d.session, diagnostics = sessionFrom(request.ProviderData)
	response.Diagnostics.Append(diagnostics...)
}

func (d *resourceDataSource[T, S]) Read(
	ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse,
) {
	object, diagnostics := d.find(ctx, request.Config)
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() {
		return
	}
	found := S(new(T))
	if err := object.Decode(found); err != nil {
		response.Diagnostics.Append(unreadable(d.kind, object, err))
		return
	}
	found.setID(object.ID)
	response.Diagnostics.Append(response.State.Set(ctx, found)...)
}

// find reads the resource anew: what is looked up may depend on what was written just now.
func (d *resourceDataSource[T, S]) find(
	ctx context.Context, config tfsdk.Config,
) (*api.Object, diag.Diagnostics) {
	var id, key types.String
	diagnostics := config.GetAttribute(ctx, path.Root("id"), &id)
	if d.naturalKey != "" {
		diagnostics.Append(config.GetAttribute(ctx, path.Root(d.naturalKey), &key)...)
	}
	if diagnostics.HasError() {
		return nil, diagnostics
	}
	if !key.IsNull() {
		object, failed := d.session.byNaturalKey(ctx, d.kind, key.ValueString())
		diagnostics.Append(failed)
		return object, diagnostics
	}
	object, err := d.session.client.Get(ctx, d.path(id.ValueString()))
	if err != nil {
		diagnostics.Append(d.session.explain(err).diagnostic())
	}
	return object, diagnostics
}
