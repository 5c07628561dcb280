package provider

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

type workspace struct {
	identified
	api.Workspace
}

var workspaces = kind{
	name:       "workspace",
	body:       "Workspace",
	collection: "/v1/workspace",
	prefix:     "ws",
}

// workspaceResource is the API key's own workspace, which is there before Terraform and after it:
// to create the resource is to adopt it, to delete the resource to let it go. Attributes that
// aren't written are left to others.
type workspaceResource struct {
	managed[workspace, *workspace]
}

func manageWorkspace() resource.Resource {
	return &workspaceResource{managed[workspace, *workspace]{kind: workspaces}}
}

func (w *workspaceResource) Schema(
	_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse,
) {
	response.Schema = resourceSchema(w.kind)
	for name, field := range api.Schemas[w.body].Fields {
		field.Required, field.Default = false, nil
		response.Schema.Attributes[name] = computedWhenUnset(attribute(field))
	}
	response.Schema.MarkdownDescription += " Creating this resource adopts the workspace of the " +
		"API key, and deleting it changes nothing but the default policy, which is cleared if it was " +
		"set here. An attribute that isn't written stays as it is."
}

// computedWhenUnset makes an optional attribute one that has the value found where none is written.
// A type that it doesn't know is a mistake in the provider, which every start would bring to light.
func computedWhenUnset(written schema.Attribute) schema.Attribute {
	switch written := written.(type) {
	case schema.StringAttribute:
		written.Computed = true
		return written
	case schema.Int64Attribute:
		written.Computed = true
		return written
	case schema.Float64Attribute:
		written.Computed = true
		return written
	case schema.BoolAttribute:
		written.Computed = true
		return written
	case schema.ListAttribute:
		written.Computed = true
		return written
	case schema.SetAttribute:
		written.Computed = true
		return written
	case schema.MapAttribute:
		written.Computed = true
		return written
	default:
		panic(fmt.Sprintf("no workspace attribute can be a %T", written))
	}
}

const policyAttribute = "default_escalation_policy_id"

// ModifyPlan fills in what isn't written: what is there now, so that the plan of an adoption shows
// what it changes. Then it lets the API check the plan, also that of letting the workspace go.
func (w *workspaceResource) ModifyPlan(
	ctx context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse,
) {
	if w.session == nil {
		return
	}
	if request.Plan.Raw.IsNull() {
		response.Diagnostics.Append(w.checkLettingGo(ctx, request)...)
		return
	}
	now := tfsdk.State{Schema: request.Plan.Schema, Raw: request.State.Raw}
	adopting := request.State.Raw.IsNull()
	if adopting {
		object, failed := w.current(ctx)
		if failed != nil {
			response.Diagnostics.Append(failed)
			return
		}
		stored := resourceState{&now, response.Identity, response.Private}
		response.Diagnostics.Append(w.save(ctx, object, "", stored)...)
	}
	ours, diagnostics := setsPolicy(ctx, request.Private)
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() {
		return
	}
	before, planned := values(now.Raw), values(request.Plan.Raw)
	for name, written := range values(request.Config.Raw) {
		if !written.IsNull() {
			continue
		}
		planned[name] = before[name]
		if name == policyAttribute && ours {
			// It was set here, and the policy may be going with it.
			planned[name] = tftypes.NewValue(written.Type(), nil)
		}
	}
	response.Plan.Raw = tftypes.NewValue(request.Plan.Raw.Type(), planned)
	if adopting {
		response.Diagnostics.Append(w.adoption(before, planned))
	}
	response.Diagnostics.Append(w.check(ctx, knownEdition{}, now, response.Plan)...)
}

// checkLettingGo says what becomes of alerts when the default policy goes with the resource.
func (w *workspaceResource) checkLettingGo(
	ctx context.Context, request resource.ModifyPlanRequest,
) diag.Diagnostics {
	ours, diagnostics := setsPolicy(ctx, request.Private)
	id, more := idOf(ctx, request.State)
	diagnostics.Append(more...)
	body, err := w.plannedBody(request.State.Raw)
	if err != nil {
		diagnostics.AddError("The state can't be read", err.Error())
	}
	if diagnostics.HasError() || !ours {
		return diagnostics
	}
	delete(body.fields, policyAttribute)
	candidate := api.Candidate{Kind: w.name, ID: id, Body: body.fields}
	diagnostics.Append(w.ask(ctx, w.draft(body.fields), candidate)...)
	return diagnostics
}

func (w *workspaceResource) current(ctx context.Context) (*api.Object, diag.Diagnostic) {
	object, err := w.session.client.Get(ctx, w.collection)
	if err != nil {
		return nil, w.session.explain(err).diagnostic()
	}
	return object, nil
}

// adoption says what becomes of a workspace when Terraform begins to manage it.
func (w *workspaceResource) adoption(before, planned map[string]tftypes.Value) diag.Diagnostic {
	var changes strings.Builder
	for _, name := range slices.Sorted(maps.Keys(planned)) {
		if !planned[name].Equal(before[name]) {
			fmt.Fprintf(&changes, "  - %s: %s becomes %s\n", name, shown(before[name]), shown(planned[name]))
		}
	}
	if changes.Len() == 0 {
		changes.WriteString("  Nothing in it changes.\n")
	}
	return diag.NewWarningDiagnostic(
		headline("This adopts the workspace ", w.session.identity.WorkspaceName, ""),
		"It is there already, and is not created:\n\n"+changes.String(),
	)
}

// Create makes the workspace what the plan says, unless it has changed since.
func (w *workspaceResource) Create(
	ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse,
) {
	plan := new(workspace)
	response.Diagnostics.Append(request.Plan.Get(ctx, plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	known := editionIn(plannedIn(ctx))
	stored := resourceState{&response.State, response.Identity, response.Private}
	response.Diagnostics.Append(w.replace(ctx, plan.ID.ValueString(), known, plan, stored)...)
	response.Diagnostics.Append(rememberPolicy(ctx, request.Config, response.Private)...)
}

func (w *workspaceResource) Update(
	ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse,
) {
	w.managed.Update(ctx, request, response)
	response.Diagnostics.Append(rememberPolicy(ctx, request.Config, response.Private)...)
}

// Delete lets the workspace go, without the default policy if that was set here: it may be deleted
// next.
func (w *workspaceResource) Delete(
	ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse,
) {
	ours, diagnostics := setsPolicy(ctx, request.Private)
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() || !ours {
		return
	}
	object, failed := w.current(ctx)
	if failed != nil {
		response.Diagnostics.Append(failed)
		return
	}
	without := new(workspace)
	if err := object.Decode(without); err != nil {
		response.Diagnostics.Append(unreadable(w.kind, object, err))
		return
	}
	without.DefaultEscalationPolicyID = nil
	if _, err := w.session.client.Replace(ctx, w.collection, object.Edition, without); err != nil {
		response.Diagnostics.Append(w.session.refused(ctx, w.draft(without), err)...)
	}
}

// ImportState takes the workspace's id: there is just one that the key can mean.
func (w *workspaceResource) ImportState(
	ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse,
) {
	own := w.session.identity
	if request.ID != "" && request.ID != own.WorkspaceID {
		response.Diagnostics.AddError(
			"This is not the API key's workspace",
			fmt.Sprintf("The key belongs to %q: import %s.", own.WorkspaceName, own.WorkspaceID),
		)
		return
	}
	w.managed.importByID(ctx, request, response)
}

const setsPolicyKey = "sets_default_policy"

// setsPolicy says whether the configuration that was applied last set the default policy.
func setsPolicy(ctx context.Context, private privateState) (bool, diag.Diagnostics) {
	text, diagnostics := private.GetKey(ctx, setsPolicyKey)
	return string(text) == "true", diagnostics
}

func rememberPolicy(
	ctx context.Context, config tfsdk.Config, private privateState,
) diag.Diagnostics {
	var policy types.String
	diagnostics := config.GetAttribute(ctx, path.Root(policyAttribute), &policy)
	diagnostics.Append(private.SetKey(ctx, setsPolicyKey, strconv.AppendBool(nil, !policy.IsNull()))...)
	return diagnostics
}

// values are the attributes of a resource, by name.
func values(resource tftypes.Value) map[string]tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if err := resource.As(&attributes); err != nil {
		// Terraform's framework made it an object.
		panic(err)
	}
	return attributes
}

// shown is a value as a configuration would have it.
func shown(value tftypes.Value) string {
	if !value.IsKnown() {
		return "(known after apply)"
	}
	var text *string
	if value.As(&text) == nil {
		if text == nil {
			return "null"
		}
		return strconv.Quote(*text)
	}
	var number big.Float
	if value.As(&number) == nil {
		return number.String()
	}
	var entries []tftypes.Value
	if err := value.As(&entries); err != nil {
		return value.String()
	}
	all := make([]string, len(entries))
	for i, entry := range entries {
		all[i] = shown(entry)
	}
	return "[" + strings.Join(all, ", ") + "]"
}
