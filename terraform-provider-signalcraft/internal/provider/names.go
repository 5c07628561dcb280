package provider

import (
	"fmt"
	"maps"
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
	// holders are the ids of those resources by name, and planned the resources that have been planned.
	holders map[name][]string
	planned map[name]claimant
}

// claimant is a resource of a plan that will have a name.
type claimant struct {
	// id is empty for a new resource.
	id string
	// fields are its body, as far as it is known; nil for a resource that stays as it is.
	fields map[string]any
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

// claim notes that a resource will have a name. It returns the other resource of the plan that has
// the name, if one does.
func (n *names) claim(k kind, key string, by claimant) *claimant {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.planned == nil {
		n.planned = map[name]claimant{}
	}
	at := k.nameOf(key)
	holder, claimed := n.planned[at]
	if !claimed {
		n.planned[at] = by
		return nil
	}
	if by.id != "" && holder.id == by.id {
		return nil
	}
	return &holder
}

// has says whether the name of a resource in Terraform's state is known.
func (n *names) has(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, known := n.stored[id]
	return known
}

// claimUnchanged notes that a resource keeps the name that it was read with, and says whether no other
// has it.
func (n *names) claimUnchanged(k kind, id string) bool {
	n.mu.Lock()
	key := n.stored[id]
	n.mu.Unlock()
	return n.claim(k, key, claimant{id: id}) == nil
}

// others are the ids of resources in Terraform's state, other than this one, that have a name now.
func (n *names) others(k kind, id, key string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	others := slices.Clone(n.holders[k.nameOf(key)])
	return slices.DeleteFunc(others, func(other string) bool { return other == id })
}

// doubled says that two resources of a plan have the same name. Terraform shows which of them the error
// is about; what its configuration calls the other, no provider is told.
func doubled(draft draft, other *claimant) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(
		path.Root(draft.naturalKey),
		headline(fmt.Sprintf("Two resources would have the %s ", draft.naturalKey), draft.key(), ""),
		fmt.Sprintf("Another %s of this configuration has the same %s: %s. Give each its own.",
			draft.resourceType(), draft.naturalKey, other.described(draft)),
	)
}

// described says which resource it is, for somebody who looks for it beside the one with the draft.
func (c *claimant) described(draft draft) string {
	if c.id != "" {
		return "the one with the id " + c.id
	}
	own, _ := decoded(draft.sent).(map[string]any)
	for _, field := range slices.Sorted(maps.Keys(c.fields)) {
		text, isText := c.fields[field].(string)
		if isText && text != "" && own[field] != text {
			return fmt.Sprintf("a new one, with %s = %s", field, abridged(text))
		}
	}
	return "a new one that is much like it"
}
