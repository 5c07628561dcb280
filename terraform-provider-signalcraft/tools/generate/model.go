package main

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"slices"
	"strings"
)

// modelSource is the Go source of what the document says about each field.
func modelSource(schemas map[string]*schema) ([]byte, error) {
	var source bytes.Buffer
	source.WriteString(header + "package api\n\n")
	source.WriteString("// Schemas are the bodies and their parts, by name.\n")
	source.WriteString("var Schemas = map[string]Schema{\n")
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		body := schemas[name]
		fmt.Fprintf(&source, "%q: {\nDescription: %q,\nFields: map[string]Field{\n", name, words(body))
		for _, field := range slices.Sorted(maps.Keys(body.Properties)) {
			text, err := fieldSource(body.Properties[field])
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", name, field, err)
			}
			fmt.Fprintf(&source, "%q: {\n%s", field, text)
			if slices.Contains(body.Required, field) {
				source.WriteString("Required: true,\n")
			}
			source.WriteString("},\n")
		}
		source.WriteString("},\n},\n")
	}
	source.WriteString("}\n")
	return format.Source(source.Bytes())
}

// fieldSource is a field as the members of a composite literal.
func fieldSource(property *schema) (string, error) {
	var source strings.Builder
	member := func(name, format string, value any) {
		fmt.Fprintf(&source, name+": "+format+",\n", value)
	}
	bound := func(name string, bounds ...*int64) {
		for _, bound := range bounds {
			if bound != nil {
				member(name, "new(int64(%d))", *bound)
			}
		}
	}
	value := property.value()
	if description := words(property); description != "" {
		member("Description", "%q", description)
	}
	switch value.Type {
	case "string":
		member("Type", "%s", "Text")
	case "integer":
		member("Type", "%s", "Integer")
	case "number":
		member("Type", "%s", "Number")
	case "boolean":
		member("Type", "%s", "Boolean")
	case "object":
		member("Type", "%s", "Map")
	case "array":
		member("Type", "%s", map[bool]string{true: "Set", false: "List"}[value.UniqueItems])
	}
	switch {
	case value.Ref != "":
		member("Type", "%s", "Part")
		member("Part", "%q", value.refName())
	case value.Items != nil && value.Items.Ref != "":
		member("Part", "%q", value.Items.refName())
	case value.Items != nil:
		entry, err := fieldSource(value.Items)
		if err != nil {
			return "", err
		}
		member("Entry", "&Field{\n%s}", entry)
	case value.Type == "" || value.Type == "null":
		return "", fmt.Errorf("its type is not one that the provider knows")
	}
	if property.Default != nil {
		member("Default", "%s", defaultSource(value, property.Default))
	}
	if enum := slices.Concat(value.Enum, constant(value)); enum != nil {
		member("Enum", "%#v", enum)
	}
	if value.Pattern != "" {
		member("Pattern", "%+q", value.Pattern) // ASCII: some hold what nobody sees
		member("PatternDetail", "%q", value.PatternDetail)
	}
	switch {
	case value.Kinds != nil:
		member("Kinds", "%#v", value.Kinds)
	case value.Kind != "":
		member("Kinds", "%#v", []string{value.Kind})
	}
	if value.Words != nil {
		member("Words", "%#v", value.Words)
	}
	bound("Min", value.MinLength, value.Minimum, value.MinItems)
	bound("Max", value.MaxLength, value.Maximum, value.MaxItems, value.MaxProperties)
	return source.String(), nil
}

// defaultSource is a default value in the Go type that goes with the field's.
func defaultSource(value *schema, given any) string {
	switch value.Type {
	case "integer":
		return fmt.Sprintf("int64(%.0f)", given)
	case "number":
		return fmt.Sprintf("float64(%v)", given)
	case "array":
		return "[]string{}"
	case "object":
		return "map[string]string{}"
	default:
		return fmt.Sprintf("%#v", given)
	}
}

func constant(value *schema) []string {
	if value.Const == nil {
		return nil
	}
	return []string{*value.Const}
}

// words is the description in one line, whatever the width that it was written in.
func words(described *schema) string {
	return strings.Join(strings.Fields(described.Description), " ")
}
