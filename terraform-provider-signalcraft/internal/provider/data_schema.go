package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// dataSchema is the Terraform schema of the data source that reads a resource of this kind, by its
// id or its natural key.
func dataSchema(k kind) schema.Schema {
	body := api.Schemas[k.body]
	attributes := computed(body)
	if k.naturalKey == "" {
		attributes["id"] = schema.StringAttribute{
			Computed: true, MarkdownDescription: fmt.Sprintf("Id of the %s (`%s_…`).", k.title(), k.prefix),
		}
		return schema.Schema{MarkdownDescription: body.Description, Attributes: attributes}
	}
	either := []validator.String{
		stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot(k.naturalKey)),
	}
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: either,
		MarkdownDescription: fmt.Sprintf("Id of the %s (`%s_…`). Write it or `%s`.",
			k.title(), k.prefix, k.naturalKey),
	}
	attributes[k.naturalKey] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: describe(body.Fields[k.naturalKey]),
	}
	return schema.Schema{MarkdownDescription: body.Description, Attributes: attributes}
}

// computed are a body's fields as attributes that are only read.
func computed(body api.Schema) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, field := range body.Fields {
		attributes[name] = computedAttribute(field)
	}
	return attributes
}

func computedAttribute(field api.Field) schema.Attribute {
	words := field.Description
	switch {
	case field.Type == api.Part:
		return schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: words, Attributes: computed(api.Schemas[field.Part]),
		}
	case field.Part != "":
		return schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: words,
			NestedObject: schema.NestedAttributeObject{Attributes: computed(api.Schemas[field.Part])},
		}
	}
	switch field.Type {
	case api.Integer:
		return schema.Int64Attribute{Computed: true, MarkdownDescription: words}
	case api.Number:
		return schema.Float64Attribute{Computed: true, MarkdownDescription: words}
	case api.Boolean:
		return schema.BoolAttribute{Computed: true, MarkdownDescription: words}
	case api.Map:
		return schema.MapAttribute{Computed: true, MarkdownDescription: words, ElementType: types.StringType}
	case api.List:
		return schema.ListAttribute{Computed: true, MarkdownDescription: words, ElementType: types.StringType}
	case api.Set:
		return schema.SetAttribute{Computed: true, MarkdownDescription: words, ElementType: types.StringType}
	case api.Text:
		return schema.StringAttribute{Computed: true, MarkdownDescription: words}
	default:
		panic(fmt.Sprintf("no attribute can have the type %d", field.Type))
	}
}
