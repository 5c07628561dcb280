package main

import (
	"bytes"
	"encoding/json"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
)

const header = "// Code generated from openapi.json by `go generate ./...`. DO NOT EDIT.\n\n"

// typesSource is the Go source of the bodies' types. Each field is tagged for JSON and, by the
// same name, for Terraform's framework: a plan decodes into what is sent, and an answer into state.
func typesSource(schemas map[string]*schema) ([]byte, error) {
	document, err := json.Marshal(map[string]any{
		"openapi":    "3.1.0",
		"info":       map[string]any{"title": "SignalCraft", "version": "1"},
		"paths":      map[string]any{},
		"components": map[string]any{"schemas": forTypes(schemas)},
	})
	if err != nil {
		return nil, err
	}
	loaded, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, err
	}
	source, err := codegen.Generate(loaded, codegen.Configuration{
		PackageName: "api",
		Generate:    codegen.GenerateOptions{Models: true},
		OutputOptions: codegen.OutputOptions{
			SkipPrune:      true,
			NameNormalizer: string(codegen.NameNormalizerFunctionToCamelCaseWithInitialisms),
			// A list or map that is empty is left out of the JSON, which means the same.
			PreferSkipOptionalPointerOnContainerTypes: true,
		},
	})
	if err != nil {
		return nil, err
	}
	_, code, _ := bytes.Cut([]byte(source), []byte("\npackage api\n"))
	return append([]byte(header+"package api\n"), code...), nil
}

// forTypes is what the types need of the schemas. Enums and bounds aren't in it: Terraform's schema
// checks those, and an API that allows one value more is no reason to fail to read its answer.
func forTypes(schemas map[string]*schema) map[string]*schema {
	copied := map[string]*schema{}
	for name, original := range schemas {
		copied[name] = original.forTypes()
	}
	return copied
}

func (s *schema) forTypes() *schema {
	if s == nil {
		return nil
	}
	kept := &schema{
		Ref: s.Ref, Type: s.Type, Format: s.Format, Description: s.Description,
		Required: s.Required, Items: s.Items.forTypes(), Default: s.Default,
	}
	if s.Format == "date-time" {
		kept.Format = "" // read back as it was written, to the letter
	}
	if s.Type == "number" {
		kept.GoType = "*Double"
	}
	for _, choice := range s.AnyOf {
		kept.AnyOf = append(kept.AnyOf, choice.forTypes())
	}
	if s.Type == "object" && s.Properties == nil {
		kept.AdditionalProperties = json.RawMessage(`{"type": "string"}`)
	}
	for name, property := range s.Properties {
		if kept.Properties == nil {
			kept.Properties = map[string]*schema{}
		}
		kept.Properties[name] = property.forTypes()
		kept.Properties[name].ExtraTags = map[string]string{"tfsdk": name}
	}
	return kept
}
