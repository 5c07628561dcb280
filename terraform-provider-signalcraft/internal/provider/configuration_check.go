package provider

import (
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// checkConfiguration finds every mistake in a resource's configuration that takes no server to find:
// blocks and values that are missing, nulls in collections, and what is outside the bounds that the
// API states. What is unknown is not checked. What holds between fields, and what depends on other
// resources, is the API's to say.
func checkConfiguration(k kind, configuration tftypes.Value) diag.Diagnostics {
	check := configurationCheck{adopted: k.naturalKey == ""}
	check.body(api.Schemas[k.body], configuration, place{attribute: path.Empty()})
	return check.found
}

type configurationCheck struct {
	// adopted says that the resource exists already: what isn't written stays as it is.
	adopted bool
	found   diag.Diagnostics
}

func (c *configurationCheck) refuse(at place, format string, values ...any) {
	c.found.AddAttributeError(at.attribute, fitted("Not accepted: "+at.hcl), fmt.Sprintf(format, values...))
}

func (c *configurationCheck) body(schema api.Schema, value tftypes.Value, at place) {
	if !value.IsKnown() || value.IsNull() {
		return
	}
	fields := values(value)
	for _, name := range slices.Sorted(maps.Keys(schema.Fields)) {
		c.field(schema.Fields[name], fields[name], at.field(name))
	}
}

func (c *configurationCheck) field(field api.Field, value tftypes.Value, at place) {
	switch {
	case !value.IsKnown():
	case value.IsNull():
		c.missing(field, at)
	case field.Type == api.Part:
		c.body(api.Schemas[field.Part], value, at)
	case field.Part != "":
		c.blocks(field, value, at)
	case field.Type == api.Map:
		c.entries(field, value, at)
	case field.Type == api.List || field.Type == api.Set:
		c.list(field, value, at)
	default:
		c.scalar(field, value, at)
	}
}

func (c *configurationCheck) missing(field api.Field, at place) {
	switch {
	case !field.Required || c.adopted:
	case field.Part != "":
		name := at.hcl[strings.LastIndex(at.hcl, ".")+1:]
		c.found.AddAttributeError(at.attribute.ParentPath(), fitted("Missing block: "+at.hcl),
			fmt.Sprintf("Add %s `%s` block. %s", article(name), name, field.Description))
	default:
		c.refuse(at, "A value is required, and this is null. %s", field.Description)
	}
}

func (c *configurationCheck) blocks(field api.Field, value tftypes.Value, at place) {
	blocks := elements(value)
	if len(blocks) == 0 {
		c.missing(field, at)
		return
	}
	c.size(field, len(blocks), "blocks", at)
	for i, block := range blocks {
		c.body(api.Schemas[field.Part], block, at.index(i))
	}
}

func (c *configurationCheck) list(field api.Field, value tftypes.Value, at place) {
	entries := elements(value)
	c.size(field, len(entries), "entries", at)
	for i, entry := range entries {
		entryAt := at
		if field.Type == api.List {
			entryAt = at.index(i)
		}
		switch {
		case !entry.IsKnown():
		case entry.IsNull():
			c.refuse(entryAt, "A null is not allowed in `%s`. Remove it; compact([…]) leaves nulls out of a list.", at.hcl)
		default:
			c.scalar(*field.Entry, entry, entryAt)
		}
	}
}

func (c *configurationCheck) entries(field api.Field, value tftypes.Value, at place) {
	entries := values(value)
	c.size(field, len(entries), "entries", at)
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		if entry := entries[key]; entry.IsKnown() && entry.IsNull() {
			c.refuse(at.key(key), "A null is not allowed in `%s`. Remove the entry; "+
				"{ for k, v in … : k => v if v != null } leaves nulls out.", at.hcl)
		}
	}
}

func (c *configurationCheck) scalar(field api.Field, value tftypes.Value, at place) {
	var text string
	var number big.Float
	switch field.Type {
	case api.Text:
		if value.As(&text) == nil {
			c.text(field, text, at)
		}
	case api.Integer, api.Number:
		if value.As(&number) == nil {
			c.number(field, &number, at)
		}
	}
}

func (c *configurationCheck) text(field api.Field, text string, at place) {
	switch {
	case field.Enum != nil && !slices.Contains(field.Enum, text):
		c.refuse(at, "Must be one of %s; this is %s.", strings.Join(field.Enum, ", "), abridged(text))
	case field.Pattern != "" && !compiled(field.Pattern).MatchString(text):
		if field.Kinds != nil {
			c.refuse(at, "%s", notAnID(field, text))
			return
		}
		c.refuse(at, "%s This is %s.", field.PatternDetail, abridged(text))
	default:
		c.size(field, utf8.RuneCountInString(text), "characters", at)
	}
}

func (c *configurationCheck) number(field api.Field, number *big.Float, at place) {
	if field.Type == api.Integer && !number.IsInt() {
		c.refuse(at, "Must be a whole number; this is %s.", number.Text('g', 10))
		return
	}
	below := field.Min != nil && number.Cmp(new(big.Float).SetInt64(*field.Min)) < 0
	above := field.Max != nil && number.Cmp(new(big.Float).SetInt64(*field.Max)) > 0
	if below || above {
		c.refuse(at, "Must be %s; this is %s.", bounds(field), number.Text('g', 10))
		return
	}
	if double, _ := number.Float64(); double == 0 && number.Sign() != 0 {
		c.refuse(at, "The number is too small to be told from 0; this is %s.", number.Text('g', 10))
	}
}

// size checks how many characters or entries there are.
func (c *configurationCheck) size(field api.Field, size int, of string, at place) {
	if (field.Min != nil && int64(size) < *field.Min) || (field.Max != nil && int64(size) > *field.Max) {
		c.refuse(at, "Must have %s %s; this has %d.", bounds(field), of, size)
	}
}

// bounds are those of a field in words.
func bounds(field api.Field) string {
	switch {
	case field.Max == nil:
		return fmt.Sprintf("at least %d", *field.Min)
	case field.Min == nil || *field.Min == 0 && field.Type != api.Integer:
		return fmt.Sprintf("at most %d", *field.Max)
	default:
		return fmt.Sprintf("between %d and %d", *field.Min, *field.Max)
	}
}

// notAnID says how a configuration refers to a resource, where it has a name instead of an id.
func notAnID(field api.Field, text string) string {
	titles := make([]string, len(field.Kinds))
	for i, name := range field.Kinds {
		titles[i] = strings.ReplaceAll(name, "_", " ")
	}
	title := titles[len(titles)-1]
	if len(titles) > 1 {
		title = strings.Join(titles[:len(titles)-1], ", ") + " or " + title
	}
	for _, word := range field.Words {
		title += fmt.Sprintf(", or %q", word)
	}
	return fmt.Sprintf("Must be the id of %s %s; this is %s. Refer to the resource, such as "+
		"signalcraft_%s.NAME.id, or look it up: data.signalcraft_%s.NAME.id.",
		article(titles[0]), title, abridged(text), field.Kinds[0], field.Kinds[0])
}

// article is the indefinite one of a noun. A user has none of the vowels that ask for "an".
func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeio") {
		return "an"
	}
	return "a"
}

// abridged is a text in quotes, of which a long one is cut.
func abridged(text string) string {
	const longest = 100
	if runes := []rune(text); len(runes) > longest {
		return strconv.Quote(string(runes[:longest])) + "…"
	}
	return strconv.Quote(text)
}

// patterns are compiled once for each, rather than for each text.
var patterns sync.Map

func compiled(pattern string) *regexp.Regexp {
	if known, found := patterns.Load(pattern); found {
		return known.(*regexp.Regexp)
	}
	known := regexp.MustCompile(pattern)
	patterns.Store(pattern, known)
	return known
}

// elements are those of a list or set.
func elements(collection tftypes.Value) []tftypes.Value {
	var entries []tftypes.Value
	if err := collection.As(&entries); err != nil {
		// The schema made it a list or a set.
		panic(err)
	}
	return entries
}
