package provider

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// place is a position in a resource's configuration.
type place struct {
	// attribute is the nearest one that Terraform can point at.
	attribute path.Path
	// hcl is the place as one would write it: rules[1].targets[0].id.
	hcl string
}

// field, index and key lead one step further.
func (p place) field(name string) place {
	return place{p.attribute.AtName(name), strings.TrimPrefix(p.hcl+"."+name, ".")}
}

func (p place) index(i int) place {
	return place{p.attribute.AtListIndex(i), fmt.Sprintf("%s[%d]", p.hcl, i)}
}

func (p place) key(key string) place {
	return place{p.attribute.AtMapKey(key), fmt.Sprintf("%s[%q]", p.hcl, key)}
}

// placeOf is where a JSON pointer (RFC 6901) into a body leads; document is that body, decoded. An
// unknown field leads to the one that it would be in.
func placeOf(body api.Schema, pointer string, document any) place {
	return place{attribute: path.Empty()}.inBody(body, steps(pointer), document)
}

func (p place) inBody(body api.Schema, steps []string, value any) place {
	if len(steps) == 0 {
		return p
	}
	name := steps[0]
	field, known := body.Fields[name]
	if !known {
		return p
	}
	return p.field(name).inField(field, steps[1:], entry(value, name))
}

func (p place) inField(field api.Field, steps []string, value any) place {
	if len(steps) == 0 {
		return p
	}
	step := steps[0]
	switch field.Type {
	case api.Part:
		return p.inBody(api.Schemas[field.Part], steps, value)
	case api.Map:
		return p.key(step)
	case api.Set:
		// Terraform's sets have no numbers: the value itself has to say which it is.
		return place{p.attribute, fmt.Sprintf("%s (%v)", p.hcl, entry(value, step))}
	case api.List:
		index, _ := strconv.Atoi(step)
		return p.index(index).inBody(api.Schemas[field.Part], steps[1:], entry(value, step))
	default:
		return p
	}
}

// hclOf is where a pointer leads in a resource that isn't at hand, as one would write it.
func hclOf(pointer string) string {
	var hcl strings.Builder
	for i, step := range steps(pointer) {
		if _, err := strconv.Atoi(step); err == nil {
			hcl.WriteString("[" + step + "]")
			continue
		}
		if i > 0 {
			hcl.WriteByte('.')
		}
		hcl.WriteString(step)
	}
	return hcl.String()
}

// steps are the keys and indexes of a JSON pointer.
func steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, step := range steps {
		steps[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
	}
	return steps
}

// entry is what a decoded object or list holds at a key or an index.
func entry(value any, step string) any {
	switch value := value.(type) {
	case map[string]any:
		return value[step]
	case []any:
		if index, err := strconv.Atoi(step); err == nil && index >= 0 && index < len(value) {
			return value[index]
		}
	}
	return nil
}
