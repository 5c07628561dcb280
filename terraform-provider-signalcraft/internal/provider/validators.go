package provider

import (
	"context"
	"fmt"
	"math"
	"regexp"

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
		validators = append(validators, matches{regexp.MustCompile(field.Pattern), field.PatternDetail})
	}
	return validators
}

// matches is a pattern that a text must match, with the API's words for one that doesn't.
type matches struct {
	pattern *regexp.Regexp
	detail  string
}

func (m matches) Description(context.Context) string         { return m.detail }
func (m matches) MarkdownDescription(context.Context) string { return m.detail }

func (m matches) ValidateString(
	_ context.Context, request validator.StringRequest, response *validator.StringResponse,
) {
	text := request.ConfigValue
	if text.IsNull() || text.IsUnknown() || m.pattern.MatchString(text.ValueString()) {
		return
	}
	response.Diagnostics.AddAttributeError(request.Path, "Not accepted: "+request.Path.String(),
		fmt.Sprintf("%s This is %q.", m.detail, text.ValueString()))
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
