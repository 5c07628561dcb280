package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// serviceAccountKey is an API key whose secret comes from the configuration. A key never changes: to
// change it is to replace it.
type serviceAccountKey struct {
	session *session
}

// keyState is what Terraform keeps of a key. SecretWO is write-only: it is null here.
type keyState struct {
	ID               types.String `tfsdk:"id"`
	ServiceAccountID types.String `tfsdk:"service_account_id"`
	Name             types.String `tfsdk:"name"`
	ExpiresAt        types.String `tfsdk:"expires_at"`
	SecretWO         types.String `tfsdk:"secret_wo"`
	SecretWOVersion  types.Int64  `tfsdk:"secret_wo_version"`
	Hint             types.String `tfsdk:"hint"`
	CreatedAt        types.String `tfsdk:"created_at"`
}

func newServiceAccountKey() resource.Resource {
	return &serviceAccountKey{}
}

var (
	_ resource.ResourceWithConfigure   = (*serviceAccountKey)(nil)
	_ resource.ResourceWithImportState = (*serviceAccountKey)(nil)
)

func (*serviceAccountKey) Metadata(
	_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse,
) {
	response.TypeName = "signalcraft_service_account_key"
}

func (*serviceAccountKey) Schema(
	_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse,
) {
	key := api.Schemas["KeyRequest"].Fields
	another := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	same := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	response.Schema = schema.Schema{
		MarkdownDescription: "An API key of a service account. Its secret comes from the configuration, " +
			"and is kept in neither plan nor state: the server has its hash. Any change makes another key " +
			"and revokes this one; with `create_before_destroy` the new one works first.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: same, MarkdownDescription: "Id of the key (`key_…`).",
			},
			"service_account_id": schema.StringAttribute{
				Required: true, PlanModifiers: another, MarkdownDescription: "Id of the service account.",
				Validators: checked(api.Schemas["ServiceAccountTrust"].Fields["service_account_id"]),
			},
			"name": schema.StringAttribute{
				Required: true, PlanModifiers: another, MarkdownDescription: describe(key["name"]),
				Validators: checked(key["name"]),
			},
			"expires_at": schema.StringAttribute{
				Optional: true, PlanModifiers: another, MarkdownDescription: describe(key["expires_at"]),
				Validators: checked(key["expires_at"]),
			},
			"secret_wo": schema.StringAttribute{
				Required: true, Sensitive: true, WriteOnly: true,
				MarkdownDescription: "The secret: that of an ephemeral `signalcraft_api_key_material`, or " +
					"one from a secret store in the same form.",
			},
			"secret_wo_version": schema.Int64Attribute{
				Required: true,
				PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplaceIf(
					versionChanges, "Another version is another secret.", "Another version is another secret.",
				)},
				MarkdownDescription: "Any number. Terraform can't see whether the secret has changed: " +
					"change this to have the key replaced by one with the secret that there is now.",
			},
			"hint": schema.StringAttribute{
				Computed: true, PlanModifiers: same, MarkdownDescription: describe(api.Schemas["ApiKey"].Fields["hint"]),
			},
			"created_at": schema.StringAttribute{
				Computed: true, PlanModifiers: same,
				MarkdownDescription: describe(api.Schemas["ApiKey"].Fields["created_at"]),
			},
		},
	}
}

// versionChanges says whether a key has to be replaced. One that was imported has no version yet.
func versionChanges(
	_ context.Context, request planmodifier.Int64Request, response *int64planmodifier.RequiresReplaceIfFuncResponse,
) {
	response.RequiresReplace = !request.StateValue.IsNull()
}

func (s *serviceAccountKey) Configure(
	_ context.Context, request resource.ConfigureRequest, response *resource.ConfigureResponse,
) {
	var diagnostics diag.Diagnostics
	s.session, diagnostics = sessionFrom(request.ProviderData)
	response.Diagnostics.Append(diagnostics...)
}

func (s *serviceAccountKey) Create(
	ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse,
) {
	var plan keyState
	var secret types.String
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	// What is write-only is in the configuration alone.
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("secret_wo"), &secret)...)
	if response.Diagnostics.HasError() {
		return
	}
	body := api.KeyRequest{
		Name: plan.Name.ValueString(), ExpiresAt: plan.ExpiresAt.ValueStringPointer(),
		Secret: secret.ValueStringPointer(),
	}
	var made api.APIKey
	err := s.session.client.Post(ctx, api.KeysPath(plan.ServiceAccountID.ValueString()), body, &made)
	if err != nil {
		response.Diagnostics.Append(s.session.refusedNested(err, map[string]string{"/secret": "secret_wo"})...)
		return
	}
	plan.describe(made)
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
}

// describe fills in what the server knows of a key. When it expires stays as it is written.
func (k *keyState) describe(key api.APIKey) {
	k.ID, k.Name = types.StringValue(key.ID), types.StringValue(key.Name)
	k.Hint, k.CreatedAt = types.StringValue(key.Hint), types.StringValue(key.CreatedAt)
	k.SecretWO = types.StringNull()
	if !sameInstant(k.ExpiresAt.ValueStringPointer(), key.ExpiresAt) {
		k.ExpiresAt = types.StringPointerValue(key.ExpiresAt)
	}
}

// Read forgets a key that was revoked: nothing can make it work again.
func (s *serviceAccountKey) Read(
	ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse,
) {
	var state keyState
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	key, err := s.session.client.Key(ctx, state.ServiceAccountID.ValueString(), state.ID.ValueString())
	if isNotFound(err) || (err == nil && (key == nil || key.RevokedAt != nil)) {
		response.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		response.Diagnostics.Append(s.session.explain(err).diagnostic())
		return
	}
	state.describe(*key)
	response.Diagnostics.Append(response.State.Set(ctx, &state)...)
}

// Update takes note of the first version of a key that was imported.
func (s *serviceAccountKey) Update(
	ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse,
) {
	response.State.Raw = request.Plan.Raw
}

func (s *serviceAccountKey) Delete(
	ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse,
) {
	var state keyState
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	path := api.KeysPath(state.ServiceAccountID.ValueString()) + "/" + state.ID.ValueString()
	if err := s.session.client.Remove(ctx, path); err != nil {
		response.Diagnostics.Append(s.session.explain(err).diagnostic())
	}
}

func (s *serviceAccountKey) ImportState(
	ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse,
) {
	importNested(ctx, "service_account_id", request, response)
}

// importNested imports what belongs to a resource: OWNER/ID.
func importNested(
	ctx context.Context, owner string,
	request resource.ImportStateRequest, response *resource.ImportStateResponse,
) {
	ownerID, id, found := strings.Cut(request.ID, "/")
	if !found {
		response.Diagnostics.AddError("Not an id to import by",
			fmt.Sprintf("Use the %s and the id, with a slash in between; this is %s.", owner, abridged(request.ID)))
		return
	}
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root(owner), ownerID)...)
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("id"), id)...)
}
