package provider

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// plannedBody is a body as far as a plan knows it: what is unknown is null in it, and unknown has the
// JSON pointers (RFC 6901) to that.
type plannedBody struct {
	fields  map[string]any
	unknown []string
}

func (k kind) plannedBody(planned tftypes.Value) (plannedBody, error) {
	var body plannedBody
	fields, err := body.object(api.Schemas[k.body], "", planned)
	slices.Sort(body.unknown)
	body.fields = fields
	return body, err
}

func (b *plannedBody) object(
	schema api.Schema, at string, value tftypes.Value,
) (map[string]any, error) {
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		return nil, err
	}
	fields := map[string]any{}
	for name, field := range schema.Fields {
		attribute := attributes[name]
		if attribute.IsNull() {
			continue
		}
		var err error
		if fields[name], err = b.value(field, at+"/"+name, attribute); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

func (b *plannedBody) value(field api.Field, at string, value tftypes.Value) (any, error) {
	if !value.IsKnown() {
		b.unknown = append(b.unknown, at)
		return nil, nil
	}
	if value.IsNull() {
		return nil, nil
	}
	switch field.Type {
	case api.Part:
		return b.object(api.Schemas[field.Part], at, value)
	case api.List, api.Set:
		return b.list(field, at, value)
	case api.Map:
		return b.mapping(at, value)
	case api.Boolean:
		var truth bool
		return truth, value.As(&truth)
	case api.Integer, api.Number:
		var number big.Float
		if err := value.As(&number); err != nil {
			return nil, err
		}
		nearest, _ := number.Float64()
		return nearest, nil
	default:
		var text string
		err := value.As(&text)
		return text, err
	}
}

func (b *plannedBody) list(field api.Field, at string, value tftypes.Value) ([]any, error) {
	var values []tftypes.Value
	if err := value.As(&values); err != nil {
		return nil, err
	}
	entry := api.Field{Type: api.Part, Part: field.Part}
	if field.Entry != nil {
		entry = *field.Entry
	}
	entries := make([]any, len(values))
	for i, each := range values {
		var err error
		if entries[i], err = b.value(entry, at+"/"+strconv.Itoa(i), each); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

func (b *plannedBody) mapping(at string, value tftypes.Value) (map[string]any, error) {
	var values map[string]tftypes.Value
	if err := value.As(&values); err != nil {
		return nil, err
	}
	entries := map[string]any{}
	for key, each := range values {
		step := strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
		var err error
		if entries[key], err = b.value(api.Field{Type: api.Text}, at+"/"+step, each); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
