package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// session is a configured provider: a client, and the service account that its key belongs to.
type session struct {
	client   *api.Client
	endpoint string
	identity api.WhoAmI
	// keyHint is what is wrong with the form of the API key; empty where it looks like one.
	keyHint string
	// version is the provider's.
	version string
	// said has the warnings that have been given.
	said sync.Map
	// planned has the changes of what may be paged, by id.
	planned sync.Map
	// names are those of the plan.
	names names
	// notAsked is used when the API couldn't be asked about a plan.
	notAsked sync.Once
	// saidLimited is used when a person was told that the server limits requests.
	saidLimited sync.Once
}

// sessionFrom is the session that the provider's Configure handed on; nil while Terraform only
// validates, when no provider is configured.
func sessionFrom(providerData any) (*session, diag.Diagnostics) {
	if providerData == nil {
		return nil, nil
	}
	configured, ok := providerData.(*session)
	if !ok {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic(
			"The provider is configured with another provider's data",
			fmt.Sprintf("It expects a %T and was given a %T. This is a bug in the provider.",
				configured, providerData),
		)}
	}
	return configured, nil
}

// hasSaid says whether a warning has been given before, and takes note that it is given now.
func (s *session) hasSaid(draft draft, warning api.ProblemError) bool {
	var pointer string
	if warning.Pointer != nil {
		pointer = *warning.Pointer
	}
	_, said := s.said.LoadOrStore(
		[...]string{draft.resourceType(), draft.key(), pointer, warning.Code}, true)
	return said
}

// unchecked says, once, that the API couldn't be asked about a plan.
func (s *session) unchecked(err error) diag.Diagnostics {
	var found diag.Diagnostics
	s.notAsked.Do(func() {
		failed := s.explain(err)
		found.AddWarning(
			fitted("The plan is not checked: "+failed.summary),
			failed.detail+"\n\nIt is made all the same; what a check would have found comes when it is "+
				"applied.",
		)
	})
	return found
}

// read returns a resource as it was at some time since the session began.
func (s *session) read(ctx context.Context, k kind, id string) (*api.Object, error) {
	if k.naturalKey == "" {
		return s.client.Get(ctx, k.path(id))
	}
	object, err := s.client.Read(ctx, k.collection, id)
	if err == nil {
		s.names.read(k, id, object.NaturalKey(k.naturalKey))
	}
	return object, err
}

// byNaturalKey returns the resource with this name (users: e-mail).
func (s *session) byNaturalKey(
	ctx context.Context, k kind, value string,
) (*api.Object, diag.Diagnostic) {
	found, err := s.client.Find(ctx, k.collection, k.naturalKey, value)
	if err != nil {
		return nil, s.explain(err).diagnostic()
	}
	holders := slices.DeleteFunc(slices.Clone(found), func(o api.Object) bool { return o.IsMarked() })
	if len(holders) == 0 {
		holders = found
	}
	switch len(holders) {
	case 0:
		return nil, s.notFound(k, value)
	case 1:
		return &holders[0], nil
	default:
		return nil, s.ambiguous(k, value, holders)
	}
}

// notFound says that no resource has a name.
func (s *session) notFound(k kind, value string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		headline(fmt.Sprintf("There is no %s with the %s ", k.title(), k.naturalKey), value, ""),
		fmt.Sprintf("Looked in the workspace %q (%s), to which the API key belongs. Write the %s as "+
			"it is there, or the id (%s_…).",
			s.identity.WorkspaceName, s.identity.WorkspaceID, k.naturalKey, k.prefix),
	)
}

// ambiguous says that several resources have a name.
func (s *session) ambiguous(k kind, value string, holders []api.Object) diag.Diagnostic {
	var ids strings.Builder
	for _, holder := range holders {
		fmt.Fprintf(&ids, "  - %s\n", holder.ID)
	}
	return diag.NewErrorDiagnostic(
		headline(fmt.Sprintf("Several resources (%s) have the %s ", k.title(), k.naturalKey), value, ""),
		fmt.Sprintf("They share it until all but one are renamed or deleted. Use the id of the one that "+
			"you mean:\n\n%s", ids.String()),
	)
}
