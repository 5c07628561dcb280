package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// bodies are what Terraform's schemas are made of, and answers what the provider reads besides. The
// parts that they consist of come with them.
var (
	bodies = []string{
		"Alert", "AlertPolicy", "ApiKey", "EscalationPolicy", "KeyRequest", "OnCallNow", "RoutingResult", "RoutingRule",
		"Schedule", "ScheduleOverride", "Service", "ServiceAccount", "ServiceAccountTrust", "Team", "User",
		"Workspace",
	}
	answers = []string{
		"Pending", "ProblemDocument", "StoredScheduleOverride", "ValidationResults", "WhoAmI",
	}
)

// schema is as much of JSON Schema as the document makes use of.
type schema struct {
	Ref                  string             `json:"$ref,omitempty"`
	Type                 string             `json:"type,omitempty"`
	Format               string             `json:"format,omitempty"`
	Description          string             `json:"description,omitempty"`
	Properties           map[string]*schema `json:"properties,omitempty"`
	Required             []string           `json:"required,omitempty"`
	Items                *schema            `json:"items,omitempty"`
	AdditionalProperties json.RawMessage    `json:"additionalProperties,omitempty"`
	AnyOf                []*schema          `json:"anyOf,omitempty"`
	OneOf                []*schema          `json:"oneOf,omitempty"`
	AllOf                []*schema          `json:"allOf,omitempty"`
	Default              any                `json:"default,omitempty"`
	Enum                 []string           `json:"enum,omitempty"`
	Const                *string            `json:"const,omitempty"`
	Pattern              string             `json:"pattern,omitempty"`
	MinLength            *int64             `json:"minLength,omitempty"`
	MaxLength            *int64             `json:"maxLength,omitempty"`
	Minimum              *int64             `json:"minimum,omitempty"`
	Maximum              *int64             `json:"maximum,omitempty"`
	MinItems             *int64             `json:"minItems,omitempty"`
	MaxItems             *int64             `json:"maxItems,omitempty"`
	MaxProperties        *int64             `json:"maxProperties,omitempty"`
	UniqueItems          bool               `json:"uniqueItems,omitempty"`
	PatternDetail        string             `json:"x-signalcraft-pattern-detail,omitempty"`
	Kind                 string             `json:"x-signalcraft-kind,omitempty"`
	Kinds                []string           `json:"x-signalcraft-kinds,omitempty"`
	Words                []string           `json:"x-signalcraft-words,omitempty"`
	ExtraTags            map[string]string  `json:"x-oapi-codegen-extra-tags,omitempty"`
	GoType               string             `json:"x-go-type,omitempty"`
}

// readSchemas returns the schemas with these names and of their parts.
func readSchemas(document []byte, wanted []string) (map[string]*schema, error) {
	var read struct {
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &read); err != nil {
		return nil, err
	}
	schemas := map[string]*schema{}
	for len(wanted) > 0 {
		name := wanted[0]
		wanted = wanted[1:]
		if schemas[name] != nil {
			continue
		}
		text, found := read.Components.Schemas[name]
		if !found {
			return nil, fmt.Errorf("it has no schema %q", name)
		}
		schemas[name] = new(schema)
		if err := json.Unmarshal(text, schemas[name]); err != nil {
			return nil, fmt.Errorf("schema %q: %w", name, err)
		}
		for part := range schemas[name].all() {
			if part.Ref != "" {
				wanted = append(slices.Clone(wanted), part.refName())
			}
		}
	}
	return schemas, nil
}

// all yields the schema and every schema that is written within it.
func (s *schema) all() func(yield func(*schema) bool) {
	return func(yield func(*schema) bool) {
		within := []*schema{s}
		for len(within) > 0 {
			next := within[0]
			within = within[1:]
			if next == nil {
				continue
			}
			if !yield(next) {
				return
			}
			within = append(within, next.Items)
			within = slices.AppendSeq(within, maps.Values(next.Properties))
			within = slices.Concat(within, next.AnyOf, next.OneOf, next.AllOf)
		}
	}
}

func (s *schema) refName() string {
	return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
}

// value is the schema of what a field holds when it isn't null.
func (s *schema) value() *schema {
	for _, choice := range slices.Concat(s.AnyOf, s.OneOf, s.AllOf) {
		if choice.Type != "null" {
			return choice.value()
		}
	}
	return s
}
