package provider

import (
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// isNotFound says whether an error is the API's that there is nothing at a path.
func isNotFound(err error) bool {
	var problem *api.Problem
	return errors.As(err, &problem) && problem.Slug() == api.NotFound
}

// sameInstant says whether two instants, with whatever offsets, are the same; no instant is the same
// as none.
func sameInstant(one, other *string) bool {
	if one == nil || other == nil {
		return one == other
	}
	first, err := time.Parse(time.RFC3339Nano, *one)
	if err != nil {
		return false
	}
	second, err := time.Parse(time.RFC3339Nano, *other)
	return err == nil && first.Equal(second)
}

// refusedNested says why the API wouldn't write what belongs to a resource, each reason at its
// attribute; names has those of fields that are called otherwise here, by pointer.
func (s *session) refusedNested(err error, names map[string]string) diag.Diagnostics {
	var problem *api.Problem
	if !errors.As(err, &problem) || len(problem.Errors) == 0 {
		return diag.Diagnostics{s.explain(err).diagnostic()}
	}
	var found diag.Diagnostics
	for _, mistake := range problem.Errors {
		if mistake.Pointer == nil || *mistake.Pointer == "" {
			found.AddError(problem.Title, mistake.Detail)
			continue
		}
		name, renamed := names[*mistake.Pointer]
		if !renamed {
			name = steps(*mistake.Pointer)[0]
		}
		found.AddAttributeError(path.Root(name), fitted("Not accepted: "+name), mistake.Detail)
	}
	return found
}
