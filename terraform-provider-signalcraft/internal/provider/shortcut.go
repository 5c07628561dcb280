package provider

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// shortcut answers for resources that haven't changed since they were applied: Terraform gets back
// the bytes that it sent. All else, and whatever is in doubt, it leaves to the framework, which
// takes milliseconds to decode, walk through and encode a resource.
type shortcut struct {
	tfprotov6.ProviderServerWithListResource
	provider *signalcraft
	// kinds are those of the resources, by their resource types; listed those that the API lists.
	kinds, listed map[string]kind
}

// NewServer returns a function that makes the provider's server; version is its own.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		provider := &signalcraft{version: version}
		kinds := managedKinds(provider)
		listed := maps.Clone(kinds)
		maps.DeleteFunc(listed, func(_ string, k kind) bool { return k.naturalKey == "" })
		//lint:ignore SA1019 the framework's server has lists only by this interface, until it moves into ProviderServer
		framework := providerserver.NewProtocol6(provider)().(tfprotov6.ProviderServerWithListResource)
		return &shortcut{framework, provider, kinds, listed}
	}
}

func managedKinds(provider *signalcraft) map[string]kind {
	kinds := map[string]kind{}
	for _, manage := range provider.Resources(context.Background()) {
		if managed, ok := manage().(interface{ resourceKind() kind }); ok {
			k := managed.resourceKind()
			kinds[k.resourceType()] = k
		}
	}
	return kinds
}

// ReadResource hands back a state that was made from the edition that there still is.
func (s *shortcut) ReadResource(
	ctx context.Context, request *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	listed, found := s.listed[request.TypeName]
	session, known := s.provider.session.Load(), editionIn(request.Private)
	if !found || session == nil || known.ID == "" {
		return s.ProviderServerWithListResource.ReadResource(ctx, request)
	}
	object, err := session.read(ctx, listed, known.ID)
	if err != nil || object.IsMarked() || !known.isOf(object, session) {
		return s.ProviderServerWithListResource.ReadResource(ctx, request)
	}
	identity, err := identityOf(known.ID)
	return &tfprotov6.ReadResourceResponse{
		NewState: request.CurrentState, NewIdentity: identity, Private: request.Private,
	}, err
}

// PlanResourceChange hands back the state of a resource that Terraform proposes no change of. That
// alone would miss a default that somebody else drifted from, and one that an attribute falls back
// to which was removed: so the state must also be what this very configuration led to.
func (s *shortcut) PlanResourceChange(
	ctx context.Context, request *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	known, configuration := editionIn(request.PriorPrivate), digestOf(request.Config)
	if configuration == "" || known.Configuration != configuration ||
		known.Provider != s.provider.version || !same(request.ProposedNewState, request.PriorState) ||
		!s.keepsName(request, known.ID) {
		ctx = context.WithValue(ctx, digestKey{}, configuration)
		return s.ProviderServerWithListResource.PlanResourceChange(ctx, request)
	}
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState: request.PriorState, PlannedIdentity: request.PriorIdentity,
		PlannedPrivate: request.PriorPrivate,
	}, nil
}

// keepsName says whether no other resource of the plan takes the name of one that stays as it is.
func (s *shortcut) keepsName(request *tfprotov6.PlanResourceChangeRequest, id string) bool {
	session, listed := s.provider.session.Load(), s.listed[request.TypeName]
	if session == nil || listed.naturalKey == "" {
		return true
	}
	if !session.names.has(id) {
		// It wasn't read: the plan goes by the state alone.
		state, err := request.PriorState.Unmarshal(listed.configurationType())
		if err != nil {
			return false
		}
		var key string
		if values(state)[listed.naturalKey].As(&key) != nil {
			return false
		}
		session.names.read(listed, id, key)
	}
	return session.names.claimUnchanged(listed, id)
}

// ApplyResourceChange hands on the private state of the plan, which the framework keeps from a
// resource that is created; and says when it is the server's limit that makes an apply slow.
func (s *shortcut) ApplyResourceChange(
	ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	ctx = context.WithValue(ctx, privateKey{}, request.PlannedPrivate)
	response, err := s.ProviderServerWithListResource.ApplyResourceChange(ctx, request)
	if session := s.provider.session.Load(); session != nil && response != nil {
		response.Diagnostics = append(response.Diagnostics, protocolDiagnostics(session.limited())...)
	}
	return response, err
}

type privateKey struct{}

// plannedIn is the private state of the plan that is being applied.
func plannedIn(ctx context.Context) []byte {
	private, _ := ctx.Value(privateKey{}).([]byte)
	return private
}

// entriesOf are the entries of a private state as the framework writes it. There are none where the
// framework has left entries for itself, to act on.
func entriesOf(private []byte) map[string][]byte {
	var entries map[string][]byte
	if json.Unmarshal(private, &entries) != nil {
		return nil
	}
	for key := range entries {
		if strings.HasPrefix(key, ".") {
			return nil
		}
	}
	return entries
}

// editionIn is what a private state says of the edition; empty where it says nothing.
func editionIn(private []byte) knownEdition {
	var known knownEdition
	if json.Unmarshal(entriesOf(private)[editionKey], &known) != nil {
		return knownEdition{}
	}
	return known
}

func same(one, other *tfprotov6.DynamicValue) bool {
	return one != nil && other != nil && one.MsgPack != nil && bytes.Equal(one.MsgPack, other.MsgPack)
}

type digestKey struct{}

// digestIn is the digest of the configuration that is being planned.
func digestIn(ctx context.Context) string {
	digest, _ := ctx.Value(digestKey{}).(string)
	return digest
}

// digestOf is the digest of a configuration; empty for one in another encoding than Terraform's.
func digestOf(configuration *tfprotov6.DynamicValue) string {
	if configuration == nil || configuration.MsgPack == nil {
		return ""
	}
	sum := sha256.Sum256(configuration.MsgPack)
	return base64.RawStdEncoding.EncodeToString(sum[:])
}

func identityOf(id string) (*tfprotov6.ResourceIdentityData, error) {
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}
	value, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object,
		map[string]tftypes.Value{"id": tftypes.NewValue(tftypes.String, id)}))
	return &tfprotov6.ResourceIdentityData{IdentityData: &value}, err
}
