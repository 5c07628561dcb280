package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// managed is a resource of any kind whose state is a T.
type managed[T any, S state[T]] struct {
	kind
	session *session
}

func manage[T any, S state[T]](k kind) func() resource.Resource {
	return func() resource.Resource { return &managed[T, S]{kind: k} }
}

var (
	_ resource.ResourceWithConfigure   = (*managed[team, *team])(nil)
	_ resource.ResourceWithIdentity    = (*managed[team, *team])(nil)
	_ resource.ResourceWithImportState = (*managed[team, *team])(nil)
	_ resource.ResourceWithModifyPlan  = (*managed[team, *team])(nil)
)

func (m *managed[T, S]) Metadata(
	_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse,
) {
	response.TypeName = m.resourceType()
}

func (m *managed[T, S]) Schema(
	_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse,
) {
	response.Schema = resourceSchema(m.kind)
}

func (m *managed[T, S]) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, response *resource.IdentitySchemaResponse,
) {
	response.IdentitySchema = identitySchema(m.kind)
}

func (m *managed[T, S]) Configure(
	_ context.Context, request resource.ConfigureRequest, response *resource.ConfigureResponse,
) {
	var diagnostics diag.Diagnostics
	m.session, diagnostics = sessionFrom(request.ProviderData)
	response.Diagnostics.Append(diagnostics...)
}

func (m *managed[T, S]) Create(
	ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse,
) {
	plan := S(new(T))
	response.Diagnostics.Append(request.Plan.Get(ctx, plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	written, err := m.session.client.Create(ctx, m.collection, plan)
	if err != nil {
		response.Diagnostics.Append(m.session.refused(ctx, m.draft(plan), err)...)
		return
	}
	response.Diagnostics.Append(m.session.warnings(ctx, m.draft(plan), written.Warnings)...)
	stored := resourceState{&response.State, response.Identity, response.Private}
	response.Diagnostics.Append(m.saveWritten(ctx, &written.Object, stored)...)
}

func (m *managed[T, S]) Read(
	ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse,
) {
	id, diagnostics := idOf(ctx, request.State)
	response.Diagnostics.Append(diagnostics...)
	known, diagnostics := m.knownEdition(ctx, request.Private)
	response.Diagnostics.Append(diagnostics...)
	// Even of what turns out to be gone; and Terraform before 1.12 doesn't keep it.
	response.Diagnostics.Append(response.Identity.SetAttribute(ctx, path.Root("id"), id)...)
	if response.Diagnostics.HasError() {
		return
	}
	object, err := m.session.read(ctx, m.kind, id)
	var problem *api.Problem
	if errors.As(err, &problem) && problem.Slug() == api.NotFound {
		response.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		response.Diagnostics.Append(m.session.explain(err).diagnostic())
		return
	}
	if object.IsMarked() {
		// Creating it again revives it under its id.
		response.Diagnostics.Append(markedForDeletion(m.kind, object.NaturalKey(m.naturalKey), id))
		response.State.RemoveResource(ctx)
		return
	}
	if known.isOf(object, m.session) {
		return
	}
	stored := resourceState{&response.State, response.Identity, response.Private}
	response.Diagnostics.Append(m.save(ctx, object, "", stored)...)
}

func (m *managed[T, S]) Update(
	ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse,
) {
	plan := S(new(T))
	response.Diagnostics.Append(request.Plan.Get(ctx, plan)...)
	id, diagnostics := idOf(ctx, request.State)
	response.Diagnostics.Append(diagnostics...)
	known, diagnostics := m.knownEdition(ctx, request.Private)
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() {
		return
	}
	stored := resourceState{&response.State, response.Identity, response.Private}
	response.Diagnostics.Append(m.replace(ctx, id, known, plan, stored)...)
}

// replace makes a resource what the plan says; known is what the plan was made from.
func (m *managed[T, S]) replace(
	ctx context.Context, id string, known knownEdition, plan S, stored resourceState,
) diag.Diagnostics {
	written, err := m.session.client.Replace(ctx, m.path(id), known.Edition, plan)
	if err != nil {
		return m.session.refused(ctx, m.draft(plan), err)
	}
	diagnostics := m.session.warnings(ctx, m.draft(plan), written.Warnings)
	diagnostics.Append(m.saveWritten(ctx, &written.Object, stored)...)
	return diagnostics
}

func (m *managed[T, S]) Delete(
	ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse,
) {
	var id, key string
	response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("id"), &id)...)
	response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root(m.naturalKey), &key)...)
	known, diagnostics := m.knownEdition(ctx, request.Private)
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() {
		return
	}
	pending, err := m.session.client.Delete(ctx, m.path(id), known.Edition)
	if err != nil {
		response.Diagnostics.Append(m.session.notDeleted(m.kind, key, err))
		return
	}
	if pending != nil {
		response.Diagnostics.Append(deletedLater(m.kind, key, pending))
	}
}

// ImportState takes an id, in the resource's identity or as text, or else the natural key.
func (m *managed[T, S]) ImportState(
	ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse,
) {
	if request.ID != "" && !m.isID(request.ID) {
		found, failed := m.session.byNaturalKey(ctx, m.kind, request.ID)
		if failed != nil {
			response.Diagnostics.Append(failed)
			return
		}
		request.ID = found.ID
	}
	m.importByID(ctx, request, response)
}

func (m *managed[T, S]) importByID(
	ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse,
) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), request, response)
}
