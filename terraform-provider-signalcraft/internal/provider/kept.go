package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// kept is what Terraform keeps of a resource from one operation to the next.
type kept struct {
	state    *tfsdk.State
	identity *tfsdk.ResourceIdentity
	private  privateState
}

// privateState is the part of a resource's state that only its provider sees.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// keepWritten makes an object the resource's state that was written as planned.
func (m *managed[T, S]) keepWritten(
	ctx context.Context, object *api.Object, kept kept,
) diag.Diagnostics {
	var configuration string
	if json.Unmarshal(entriesOf(plannedIn(ctx))[plannedKey], &configuration) != nil {
		configuration = ""
	}
	diagnostics := m.keep(ctx, object, configuration, kept)
	diagnostics.Append(kept.private.SetKey(ctx, plannedKey, nil)...)
	return diagnostics
}

// keep makes an object the resource's state. Configuration is the digest of the one that led to it;
// empty where none did.
func (m *managed[T, S]) keep(
	ctx context.Context, object *api.Object, configuration string, kept kept,
) diag.Diagnostics {
	var diagnostics diag.Diagnostics
	now := S(new(T))
	if err := object.Decode(now); err != nil {
		diagnostics.Append(unreadable(m.kind, object, err))
		return diagnostics
	}
	now.setID(object.ID)
	edition, err := json.Marshal(knownEdition{object.Edition, m.session.version, configuration})
	if err != nil {
		diagnostics.AddError("The state can't be written", err.Error())
		return diagnostics
	}
	diagnostics.Append(kept.state.Set(ctx, now)...)
	diagnostics.Append(kept.identity.SetAttribute(ctx, path.Root("id"), object.ID)...)
	diagnostics.Append(kept.private.SetKey(ctx, editionKey, edition)...)
	return diagnostics
}

// What the private state holds: the edition, and between a plan and its apply the digest of the
// configuration that is planned. Of an apply that fails the second may remain, which means nothing.
const (
	editionKey = "edition"
	plannedKey = "planned"
)

// knownEdition is what the state was made from: an edition of the resource, by a version of the
// provider. Another version may know attributes that this state lacks.
type knownEdition struct {
	api.Edition
	Provider string `json:"provider"`
	// Configuration is the digest of the one that led to this edition; empty where none did.
	Configuration string `json:"configuration,omitempty"`
}

// isOf says whether the state that was made from this edition is what would be made of an object.
func (k knownEdition) isOf(object *api.Object, session *session) bool {
	return k.Edition == object.Edition && k.Provider == session.version
}

// knownEdition is empty where it isn't known.
func (m *managed[T, S]) knownEdition(
	ctx context.Context, private privateState,
) (knownEdition, diag.Diagnostics) {
	var known knownEdition
	text, diagnostics := private.GetKey(ctx, editionKey)
	if text != nil && json.Unmarshal(text, &known) != nil {
		return knownEdition{}, diagnostics
	}
	return known, diagnostics
}

func idOf(ctx context.Context, state tfsdk.State) (string, diag.Diagnostics) {
	var id string
	return id, state.GetAttribute(ctx, path.Root("id"), &id)
}
