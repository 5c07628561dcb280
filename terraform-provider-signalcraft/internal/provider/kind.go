package provider

import (
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// kind is what the provider needs to know about a kind of resource; the rest is in api.Schemas.
type kind struct {
	// name is the kind's in Terraform (signalcraft_<name>), body that of its api.Schema.
	name, body string
	// collection is the path of its resources.
	collection string
	// prefix begins its ids.
	prefix string
	// naturalKey is the field that no two resources of the kind share; a workspace has just one
	// resource of a kind without.
	naturalKey string
}

func (k kind) resourceKind() kind {
	return k
}

// title is the kind as a sentence calls it.
func (k kind) title() string {
	return strings.ReplaceAll(k.name, "_", " ")
}

func (k kind) draft(sent any) draft {
	return draft{k, sent}
}

func (k kind) resourceType() string {
	return "signalcraft_" + k.name
}

func (k kind) path(id string) string {
	if k.naturalKey == "" {
		return k.collection
	}
	return k.collection + "/" + id
}

var idEnding = regexp.MustCompile(`^_[0-7][0-9a-hjkmnp-tv-z]{25}$`)

// isID says whether a text is an id of this kind, rather than a name.
func (k kind) isID(text string) bool {
	ending, found := strings.CutPrefix(text, k.prefix)
	return found && idEnding.MatchString(ending)
}

// identified is the part of a resource's state that the API sets. What else there is in a state is
// the body that is sent, and it is the state's JSON.
type identified struct {
	ID types.String `tfsdk:"id" json:"-"`
}

func (i *identified) setID(id string) {
	i.ID = types.StringValue(id)
}

// state is a pointer to what Terraform keeps of a resource: T, an identified body.
type state[T any] interface {
	*T
	setID(id string)
}
