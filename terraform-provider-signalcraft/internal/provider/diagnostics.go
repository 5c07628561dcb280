package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// howToTakeOver says what to do about a resource that another tool manages.
const howToTakeOver = "Change it there; or set take_over = true in the provider block, and from then " +
	"on Terraform manages it; or, to leave it alone, let Terraform forget it (terraform state rm)."

// failure is an error as it is shown to people.
type failure struct {
	summary, detail string
}

func (f failure) diagnostic() diag.Diagnostic {
	return diag.NewErrorDiagnostic(f.summary, f.detail)
}

// explain says what went wrong with a request, and what to do about it.
func (s *session) explain(err error) failure {
	var problem *api.Problem
	var foreign *api.ForeignAnswerError
	var unreachable *api.UnreachableError
	var failed failure
	switch {
	case errors.Is(err, context.Canceled):
		failed = failure{
			"Interrupted",
			"Nothing was written for this resource. Run Terraform again to continue.",
		}
	case errors.As(err, &problem):
		failed = s.explainProblem(problem)
	case errors.As(err, &foreign):
		failed = failure{
			"Something other than SignalCraft answered",
			fmt.Sprintf("%s answered with %s. Check the endpoint (%s), and any proxy in between.",
				s.endpoint, foreign, endpointSetting),
		}
	case errors.As(err, &unreachable):
		failed = failure{
			"SignalCraft can't be reached",
			fmt.Sprintf("%s: %s.\n\nCheck that the server is running, and the endpoint (%s).",
				s.endpoint, cause(unreachable), endpointSetting),
		}
	default:
		failed = failure{"The request failed", err.Error()}
	}
	var gaveUp *api.GaveUpError
	if errors.As(err, &gaveUp) {
		failed.detail += fmt.Sprintf("\n\nTried %d times in %s; retry_timeout says how long to try.",
			gaveUp.Tries, gaveUp.After.Round(1e9))
	}
	var unknown *api.UnknownOutcomeError
	if errors.As(err, &unknown) {
		failed.detail += "\n\nThe server may have made the change all the same. Plan again: the plan " +
			"shows what there is, and how to import what was created."
	}
	return failed
}

// waitedLong is how long requests have waited, all together, when a person is told why.
const waitedLong = 10 * time.Second

// limited says, once, why an apply takes so long, where that is the server's limit.
func (s *session) limited() diag.Diagnostics {
	var found diag.Diagnostics
	if s.client.Limited() < waitedLong {
		return found
	}
	s.saidLimited.Do(func() {
		found.AddWarning("The server limits how many requests the API key may send",
			fmt.Sprintf("Requests of the service account %q are answered with \"429 Too many requests\" "+
				"and sent again a little later, so this takes longer. To make it faster, have the "+
				"administrator raise the server's limit.", s.identity.ServiceAccountName))
	})
	return found
}

func (s *session) explainProblem(problem *api.Problem) failure {
	switch problem.Slug() {
	case api.Unauthenticated:
		return failure{
			"The API key is not accepted",
			fmt.Sprintf("%s says: %s\n\n%sSet a key that is valid there (%s).",
				s.endpoint, problem.Detail, s.keyHint, keySetting),
		}
	case api.Forbidden:
		return failure{
			"The API key may not do this",
			fmt.Sprintf("%s\n\nThe key belongs to the service account %q: give it the scope, or set "+
				"another account's key (%s).",
				problem.Detail, s.identity.ServiceAccountName, keySetting),
		}
	case api.ManagedElsewhere:
		// What the API says of its own parameter is no help here.
		said, _, _ := strings.Cut(problem.Detail, " Change it there")
		return failure{problem.Title, said + "\n\n" + howToTakeOver}
	}
	return failure{
		problem.Title,
		fmt.Sprintf("%s\n\nStatus %d, request %s.", problem.Detail, problem.Status, problem.RequestID),
	}
}

// cause is why there was no response, without the request's URL.
func cause(err *api.UnreachableError) error {
	var asked *url.Error
	if errors.As(err, &asked) {
		return asked.Err
	}
	return err.Cause
}

func changedSincePlan(k kind) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("This %s has changed since the plan was made", k.title()),
		"Somebody else changed it in the meantime, and applying the plan would undo that. Nothing "+
			"was written. Plan again to see what is different now.",
	)
}

// notDeleted says why a resource can't be deleted.
func (s *session) notDeleted(k kind, key string, err error) diag.Diagnostic {
	var problem *api.Problem
	if errors.As(err, &problem) && problem.Slug() == api.VersionMismatch {
		return changedSincePlan(k)
	}
	if !errors.As(err, &problem) || problem.Slug() != api.Referenced {
		return s.explain(err).diagnostic()
	}
	return diag.NewErrorDiagnostic(
		headline(fmt.Sprintf("The %s ", k.title()), key, " is still in use"),
		fmt.Sprintf("These refer to it:\n\n%s\nTake it out of them, and apply again.",
			listed(problem.Blockers)),
	)
}

// deletedLater says what a deletion waits for. Terraform deletes a resource before it updates those
// that cease to refer to it, so this comes in many an apply with which all is well.
func deletedLater(k kind, key string, pending *api.Pending) diag.Diagnostic {
	resource := fmt.Sprintf("The %s ", k.title())
	if pending.LastOwner {
		return diag.NewWarningDiagnostic(
			headline(resource, key, " is deleted once another user is an owner"),
			"A workspace always has an owner, and this is the last one. That is expected when the same "+
				"apply gives another user the role owner.",
		)
	}
	return diag.NewWarningDiagnostic(
		headline(resource, key, " is deleted once nothing refers to it"),
		fmt.Sprintf("These still do:\n\n%s\nThat is expected when the same apply takes it out there: by "+
			"the end of the apply it is gone. Otherwise it stays until somebody does, and nothing new can "+
			"refer to it.", listed(pending.Blockers)),
	)
}

// markedForDeletion says that somebody else wants a resource deleted.
func markedForDeletion(k kind, key, id string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		headline(fmt.Sprintf("The %s ", k.title()), key, " is marked for deletion"),
		fmt.Sprintf("Its deletion was requested outside of this configuration, and happens once nothing "+
			"refers to it. If the configuration still has it, applying the plan cancels that: it is "+
			"created again under the same id, %s.", id),
	)
}

func listed(blockers []api.Blocker) string {
	var lines strings.Builder
	for _, blocker := range blockers {
		fmt.Fprintf(&lines, "  - %s (%s), in %s\n", called(blocker), blocker.ID, hclOf(blocker.Pointer))
	}
	return lines.String()
}

// called is a resource that refers to another, as a sentence calls it.
func called(blocker api.Blocker) string {
	return fmt.Sprintf("%s %q", strings.ReplaceAll(blocker.Kind, "_", " "), blocker.Name)
}

// unreadable says that a response doesn't have the form that this provider expects.
func unreadable(k kind, object *api.Object, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		"The API's answer can't be read",
		fmt.Sprintf("The %s %s is not what this provider expects: %s.\n\nUse the version of the "+
			"provider that goes with the server.", k.title(), object.ID, err),
	)
}

// decoded is a body as its JSON's values.
func decoded(body any) any {
	text, err := json.Marshal(body)
	if err != nil {
		return nil
	}
	var document any
	if json.Unmarshal(text, &document) != nil {
		return nil
	}
	return document
}
