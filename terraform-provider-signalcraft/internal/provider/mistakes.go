package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// Codes of the mistakes about which Terraform's users do something else than others.
const (
	nameTaken        = "name-taken"
	nameShared       = "name-shared"
	managedElsewhere = "managed-elsewhere"
)

// draft is a body of a kind that is planned or written.
type draft struct {
	kind
	// sent is a pointer to the body.
	sent any
}

// shortly is the resource as a summary calls it, which leaves room for more: Terraform shows its kind.
func (d draft) shortly() string {
	if d.naturalKey == "" {
		return d.title()
	}
	return quotedWithin(d.key(), columns/3)
}

func (d draft) key() string {
	key, _ := entry(decoded(d.sent), d.naturalKey).(string)
	return key
}

// placeOf is where a pointer into the body leads; one to nothing in particular, to the resource.
func (d draft) placeOf(pointer *string) place {
	var at place
	if pointer != nil {
		at = placeOf(api.Schemas[d.body], *pointer, decoded(d.sent))
	}
	if at.hcl == "" {
		at.hcl = "this " + d.title()
	}
	return at
}

// refused says why the API wouldn't write a resource, each reason at the attribute at fault.
func (s *session) refused(ctx context.Context, draft draft, err error) diag.Diagnostics {
	var problem *api.Problem
	if !errors.As(err, &problem) {
		return diag.Diagnostics{s.explain(err).diagnostic()}
	}
	if problem.Slug() == api.VersionMismatch {
		return diag.Diagnostics{changedSincePlan(draft.kind)}
	}
	failed := s.explain(err)
	var found diag.Diagnostics
	for _, mistake := range problem.Errors {
		switch {
		case mistake.Pointer == nil:
			failed.detail += fmt.Sprintf("\n\n%s: %s", *mistake.Parameter, mistake.Detail)
		case mistake.Code == nameTaken:
			found.Append(s.taken(ctx, draft))
		default:
			found.Append(notAccepted(draft, mistake))
		}
	}
	if len(found) == 0 {
		found.Append(failed.diagnostic())
	}
	return found
}

// notAccepted is a mistake at the attribute at fault.
func notAccepted(draft draft, mistake api.ProblemError) diag.Diagnostic {
	at := draft.placeOf(mistake.Pointer)
	return diag.NewAttributeErrorDiagnostic(at.attribute, fitted("Not accepted: "+at.hcl), mistake.Detail)
}

// taken says how to go on where another resource has the name.
func (s *session) taken(ctx context.Context, draft draft) diag.Diagnostic {
	existing, failed := s.byNaturalKey(ctx, draft.kind, draft.key())
	if failed != nil {
		return failed
	}
	return alreadyThere(draft, existing.ID)
}

// alreadyThere says that another resource has the name, and how to import that.
func alreadyThere(draft draft, existingID string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(
		path.Root(draft.naturalKey),
		headline(fmt.Sprintf("There is already %s %s with the %s ",
			article(draft.title()), draft.title(), draft.naturalKey), draft.key(), ""),
		fmt.Sprintf("Choose another %s. Or, unless this configuration manages the existing one already, "+
			"add this block, with the resource's own name in place of NAME, and plan again:\n\n"+
			"  import {\n    to = %s.NAME\n    id = %q\n  }",
			draft.naturalKey, draft.resourceType(), existingID),
	)
}

// warnings are what is surprising about a resource, or in the way of it, as far as that hasn't been
// said: an apply plans again before it writes, and both come with the same warnings.
func (s *session) warnings(
	ctx context.Context, draft draft, warnings []api.ProblemError,
) diag.Diagnostics {
	var found diag.Diagnostics
	for _, warning := range warnings {
		if s.hasSaid(draft, warning) {
			continue
		}
		if warning.Code == nameTaken {
			taken := s.taken(ctx, draft)
			found.AddAttributeWarning(path.Root(draft.naturalKey), taken.Summary(), taken.Detail())
			continue
		}
		found.Append(surprise(draft, warning))
	}
	return found
}

// surprise is a warning with its first sentence as the title. The resource is part of that: where
// titles are equal, Terraform shows one warning and counts the others.
func surprise(draft draft, warning api.ProblemError) diag.Diagnostic {
	title, rest, more := strings.Cut(warning.Detail, ". ")
	if !more {
		title, rest = strings.TrimSuffix(title, "."), title
	}
	if warning.Code == managedElsewhere {
		rest = howToTakeOver
	}
	at := draft.placeOf(warning.Pointer)
	var resource string
	if len(at.attribute.Steps()) > 0 {
		resource = fmt.Sprintf(" (%s)", draft.shortly())
		rest = fmt.Sprintf("%s: %s", at.hcl, rest)
	}
	summary := cutAtWord(title, columns-utf8.RuneCountInString(resource))
	if summary != title {
		rest = fmt.Sprintf("%s.\n\n%s", title, rest)
		if more && warning.Code != managedElsewhere {
			rest = warning.Detail
		}
	}
	if len(at.attribute.Steps()) == 0 {
		// It is about the resource as a whole, and names it.
		return diag.NewWarningDiagnostic(summary, rest)
	}
	return diag.NewAttributeWarningDiagnostic(at.attribute, summary+resource, rest)
}
