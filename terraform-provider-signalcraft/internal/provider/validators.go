package provider

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// The bounds that the API states for a field, checked when Terraform plans. What holds between
// fields, and what depends on other resources, is the API's to say.

func textValidators(field api.Field) []validator.String {
	var validators []validator.String
	if field.Enum != nil {
		validators = append(validators, stringvalidator.OneOf(field.Enum...))
	}
	if field.Min != nil || field.Max != nil {
		low, high := bounds(field)
		validators = append(validators, stringvalidator.UTF8LengthBetween(low, high))
	}
	if field.Pattern != "" {
		pattern := regexp.MustCompile(field.Pattern)
		validators = append(validators, stringvalidator.RegexMatches(pattern, patternHint(field)))
	}
	return validators
}

// patternHint ends the sentence that begins with the attribute's name.
func patternHint(field api.Field) string {
	switch {
	case field.Kind != "":
		return fmt.Sprintf("must be the id of a %s, not a name", strings.ReplaceAll(field.Kind, "_", " "))
	case field.Rule != "":
		return "must " + field.Rule
	case field.Example != "":
		return fmt.Sprintf("must look like %q", field.Example)
	default:
		return "must match " + field.Pattern
	}
}

func integerValidators(field api.Field) []validator.Int64 {
	var validators []validator.Int64
	if field.Min != nil {
		validators = append(validators, int64validator.AtLeast(*field.Min))
	}
	if field.Max != nil {
		validators = append(validators, int64validator.AtMost(*field.Max))
	}
	return validators
}

func numberValidators(field api.Field) []validator.Float64 {
	var validators []validator.Float64
	if field.Min != nil {
		validators = append(validators, float64validator.AtLeast(float64(*field.Min)))
	}
	if field.Max != nil {
		validators = append(validators, float64validator.AtMost(float64(*field.Max)))
	}
	return validators
}

func mapValidators(field api.Field) []validator.Map {
	low, high := bounds(field)
	return []validator.Map{mapvalidator.SizeBetween(low, high)}
}

func listValidators(field api.Field) []validator.List {
	low, high := bounds(field)
	validators := []validator.List{listvalidator.SizeBetween(low, high)}
	if field.Required && field.Part != "" {
		// A block that isn't written at all is null, which a size doesn't bound.
		validators = append(validators, listvalidator.IsRequired())
	}
	if field.Entry != nil {
		validators = append(validators, listvalidator.ValueStringsAre(textValidators(*field.Entry)...))
	}
	return validators
}

func setValidators(field api.Field) []validator.Set {
	low, high := bounds(field)
	validators := []validator.Set{setvalidator.SizeBetween(low, high)}
	if field.Entry != nil {
		validators = append(validators, setvalidator.ValueStringsAre(textValidators(*field.Entry)...))
	}
	return validators
}

func objectValidators(field api.Field) []validator.Object {
	if field.Required {
		return []validator.Object{objectvalidator.IsRequired()}
	}
	return nil
}

func bounds(field api.Field) (low, high int) {
	high = math.MaxInt32
	if field.Min != nil {
		low = int(*field.Min)
	}
	if field.Max != nil {
		high = int(*field.Max)
	}
	return low, high
}
