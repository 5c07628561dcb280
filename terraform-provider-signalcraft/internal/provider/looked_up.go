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

// lookedUp is the data source of any kind whose state is a T: a resource that is managed elsewhere.
type lookedUp[T any, S state[T]] struct {
	kind
	session *session
}

func lookUp[T any, S state[T]](k kind) func() datasource.DataSource {
	return func() datasource.DataSource { return &lookedUp[T, S]{kind: k} }
}

var _ datasource.DataSourceWithConfigure = (*lookedUp[team, *team])(nil)

func (l *lookedUp[T, S]) Metadata(
	_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse,
) {
	response.TypeName = l.resourceType()
}

func (l *lookedUp[T, S]) Schema(
	_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse,
) {
	response.Schema = dataSchema(l.kind)
}

func (l *lookedUp[T, S]) Configure(
	_ context.Context, request datasource.ConfigureRequest, _ *datasource.ConfigureResponse,
) {
	// Nil while Terraform only validates.
	l.session, _ = request.ProviderData.(*session)
}

func (l *lookedUp[T, S]) Read(
	ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse,
) {
	object, diagnostics := l.find(ctx, request.Config)
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() {
		return
	}
	found := S(new(T))
	if err := object.Decode(found); err != nil {
		response.Diagnostics.Append(unreadable(l.kind, object, err))
		return
	}
	found.setID(object.ID)
	response.Diagnostics.Append(response.State.Set(ctx, found)...)
}

// find reads the resource anew: what is looked up may depend on what was written just now.
func (l *lookedUp[T, S]) find(
	ctx context.Context, config tfsdk.Config,
) (*api.Object, diag.Diagnostics) {
	var id, key types.String
	diagnostics := config.GetAttribute(ctx, path.Root("id"), &id)
	if l.naturalKey != "" {
		diagnostics.Append(config.GetAttribute(ctx, path.Root(l.naturalKey), &key)...)
	}
	if diagnostics.HasError() {
		return nil, diagnostics
	}
	if !key.IsNull() {
		object, failed := l.session.byNaturalKey(ctx, l.kind, key.ValueString())
		diagnostics.Append(failed)
		return object, diagnostics
	}
	object, err := l.session.client.Get(ctx, l.path(id.ValueString()))
	if err != nil {
		diagnostics.Append(l.session.explain(err).diagnostic())
	}
	return object, diagnostics
}
