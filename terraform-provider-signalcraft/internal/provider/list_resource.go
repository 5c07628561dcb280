package provider

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// listResource lists the resources of a kind, for `terraform query` to write their configuration.
type listResource[T any, S state[T]] struct {
	kind
	session *session
}

func newListResource[T any, S state[T]](k kind) func() list.ListResource {
	return func() list.ListResource { return &listResource[T, S]{kind: k} }
}

var _ list.ListResourceWithConfigure = (*listResource[team, *team])(nil)

func (l *listResource[T, S]) Metadata(
	_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse,
) {
	response.TypeName = l.resourceType()
}

func (l *listResource[T, S]) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, response *list.ListResourceSchemaResponse,
) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Every " + l.title() + " of the workspace, for `terraform query`.",
	}
}

func (l *listResource[T, S]) Configure(
	_ context.Context, request resource.ConfigureRequest, response *resource.ConfigureResponse,
) {
	var diagnostics diag.Diagnostics
	l.session, diagnostics = sessionFrom(request.ProviderData)
	response.Diagnostics.Append(diagnostics...)
}

func (l *listResource[T, S]) List(
	ctx context.Context, request list.ListRequest, stream *list.ListResultsStream,
) {
	objects, err := l.session.client.List(ctx, l.collection)
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(
			diag.Diagnostics{l.session.explain(err).diagnostic()})
		return
	}
	if request.Limit > 0 && int64(len(objects)) > request.Limit {
		objects = objects[:request.Limit]
	}
	stream.Results = l.results(ctx, request, objects)
}

func (l *listResource[T, S]) results(
	ctx context.Context, request list.ListRequest, objects []api.Object,
) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		for _, object := range objects {
			if !push(l.result(ctx, request, &object)) {
				return
			}
		}
	}
}

func (l *listResource[T, S]) result(
	ctx context.Context, request list.ListRequest, object *api.Object,
) list.ListResult {
	result := request.NewListResult(ctx)
	var document map[string]any
	found := S(new(T))
	err := object.Decode(&document)
	if err == nil {
		err = object.Decode(found)
	}
	if err != nil {
		result.Diagnostics.Append(unreadable(l.kind, object, err))
		return result
	}
	found.setID(object.ID)
	result.DisplayName, _ = document[l.naturalKey].(string)
	result.Diagnostics.Append(result.Identity.SetAttribute(ctx, path.Root("id"), object.ID)...)
	if request.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, found)...)
	}
	return result
}
