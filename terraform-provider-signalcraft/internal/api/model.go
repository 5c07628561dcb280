// Package api speaks SignalCraft's HTTP API: the types of its bodies and what is known of their
// fields, both generated from its OpenAPI document, and a client that sends and reads them.
package api

//go:generate go run -C ../../tools ./generate -openapi ../../openapi.json -into ../internal/api

// Schema is a body of the API, or a part of one.
type Schema struct {
	Description string
	Fields      map[string]Field
}

// Type is what a field holds when it isn't null.
type Type int

// The types of fields. A Set is a list without duplicates, in which order means nothing.
const (
	Text Type = iota
	Integer
	Number
	Boolean
	Map
	List
	Set
	Part
)

// Field is what the OpenAPI document says about a field.
type Field struct {
	Description string
	Type        Type
	// Part names the Schema of the object that the field holds, or of the objects of its list.
	Part string
	// Kinds are those of the resources whose ids the field holds.
	Kinds []string
	// Words may stand in place of an id.
	Words []string
	// Entry describes the values of a List or Set that doesn't hold parts.
	Entry    *Field
	Required bool
	// Default is the value of a field that is left out; nil for null. A List, Set or Map has no other
	// default than the empty one.
	Default any
	Enum    []string
	// Pattern is what a text must match, and PatternDetail says what to write where it doesn't.
	Pattern, PatternDetail string
	// Min and Max bound a number, the characters of a text, or the entries of a list, set or map.
	Min, Max *int64
}
