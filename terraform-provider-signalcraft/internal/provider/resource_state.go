package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// resourceState is what Terraform keeps of a resource from one operation to the next.
type resourceState struct {
	state    *tfsdk.State
	identity *tfsdk.ResourceIdentity
	private  privateState
}

// privateState is the part of a resource's state that only its provider sees.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// saveWritten makes an object the resource's state that was written as planned.
func (m *managed[T, S]) saveWritten(
	ctx context.Context, object *api.Object, stored resourceState,
) diag.Diagnostics {
	var configuration string
	if json.Unmarshal(entriesOf(plannedIn(ctx))[plannedKey], &configuration) != nil {
		configuration = ""
	}
	diagnostics := m.save(ctx, object, configuration, stored)
	diagnostics.Append(stored.private.SetKey(ctx, plannedKey, nil)...)
	return diagnostics
}

// save makes an object the resource's state. Configuration is the digest of the one that led to it;
// empty where none did.
func (m *managed[T, S]) save(
	ctx context.Context, object *api.Object, configuration string, stored resourceState,
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
	diagnostics.Append(stored.state.Set(ctx, now)...)
	diagnostics.Append(stored.identity.SetAttribute(ctx, path.Root("id"), object.ID)...)
	diagnostics.Append(stored.private.SetKey(ctx, editionKey, edition)...)
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
