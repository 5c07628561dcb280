package provider

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// names are the natural keys of what Terraform's state holds, and of what its plan makes of that. No
// two resources of a plan may end with the same one, though they may share it on the way.
type names struct {
	mu sync.Mutex
	// stored has the names of the resources that have been read, by id.
	stored map[string]string
	// holders are the ids of those resources by name, and planned those of the resources that have
	// been planned; a new one has none.
	holders map[name][]string
	planned map[name]string
}

// name is a natural key as it is compared.
type name struct {
	kind, folded string
}

func (k kind) nameOf(key string) name {
	if k.naturalKey == "email" {
		key = strings.ToLower(key)
	}
	return name{k.name, key}
}

// read notes the name of a resource that Terraform's state holds.
func (n *names) read(k kind, id, key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stored == nil {
		n.stored, n.holders = map[string]string{}, map[name][]string{}
	}
	if _, known := n.stored[id]; known {
		return
	}
	n.stored[id] = key
	at := k.nameOf(key)
	n.holders[at] = append(n.holders[at], id)
}

// claim notes that a resource will have a name; an empty id stands for a new resource. It returns
// false where another resource of the plan has the name.
func (n *names) claim(k kind, id, key string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.planned == nil {
		n.planned = map[name]string{}
	}
	at := k.nameOf(key)
	holder, claimed := n.planned[at]
	if claimed {
		return id != "" && holder == id
	}
	n.planned[at] = id
	return true
}

// has says whether the name of a resource in Terraform's state is known.
func (n *names) has(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, known := n.stored[id]
	return known
}

// claimUnchanged notes that a resource keeps the name that it was read with.
func (n *names) claimUnchanged(k kind, id string) bool {
	n.mu.Lock()
	key := n.stored[id]
	n.mu.Unlock()
	return n.claim(k, id, key)
}

// others are the ids of resources in Terraform's state, other than this one, that have a name now.
func (n *names) others(k kind, id, key string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	others := slices.Clone(n.holders[k.nameOf(key)])
	return slices.DeleteFunc(others, func(other string) bool { return other == id })
}

// doubled says that two resources of a plan have the same name.
func doubled(draft draft) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(
		path.Root(draft.naturalKey),
		fmt.Sprintf("Two resources would have the %s %q", draft.naturalKey, draft.key()),
		fmt.Sprintf("Another %s of this configuration has the same %s. Give each its own.",
			draft.resourceType(), draft.naturalKey),
	)
}
