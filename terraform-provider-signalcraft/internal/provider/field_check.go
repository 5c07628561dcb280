package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// fieldCheck checks a text in a schema that isn't made from one body alone.
type fieldCheck struct {
	field api.Field
}

// checked are the validators of a text with the rules of a field.
func checked(field api.Field) []validator.String {
	return []validator.String{fieldCheck{field}}
}

func (f fieldCheck) Description(context.Context) string         { return f.field.PatternDetail }
func (f fieldCheck) MarkdownDescription(context.Context) string { return f.field.PatternDetail }

func (f fieldCheck) ValidateString(
	_ context.Context, request validator.StringRequest, response *validator.StringResponse,
) {
	if request.ConfigValue.IsNull() || request.ConfigValue.IsUnknown() {
		return
	}
	var check configurationCheck
	check.text(f.field, request.ConfigValue.ValueString(), place{request.Path, request.Path.String()})
	response.Diagnostics.Append(check.found...)
}
