package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// resourceSchema is the Terraform schema of a resource with this body. What may be left out has the
// API's default, so that an attribute that is removed falls back to it.
func resourceSchema(k kind) schema.Schema {
	body := api.Schemas[k.body]
	attributes, blocks := members(body)
	attributes["id"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: fmt.Sprintf("Id of the %s (`%s_…`).", k.title(), k.prefix),
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
	return schema.Schema{
		MarkdownDescription: body.Description,
		Attributes:          attributes,
		Blocks:              blocks,
	}
}

func identitySchema(k kind) identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{
				Description:       fmt.Sprintf("Id of the %s (%s_…).", k.title(), k.prefix),
				RequiredForImport: true,
			},
		},
	}
}

// members are a body's fields as attributes, and those that hold parts as blocks.
func members(body api.Schema) (map[string]schema.Attribute, map[string]schema.Block) {
	attributes := map[string]schema.Attribute{}
	blocks := map[string]schema.Block{}
	for name, field := range body.Fields {
		if field.Part != "" {
			blocks[name] = block(field)
		} else {
			attributes[name] = attribute(field)
		}
	}
	return attributes, blocks
}

func block(field api.Field) schema.Block {
	attributes, blocks := members(api.Schemas[field.Part])
	if field.Type == api.Part {
		return schema.SingleNestedBlock{
			MarkdownDescription: describe(field),
			Attributes:          attributes,
			Blocks:              blocks,
		}
	}
	return schema.ListNestedBlock{
		MarkdownDescription: describe(field),
		NestedObject:        schema.NestedBlockObject{Attributes: attributes, Blocks: blocks},
	}
}

func attribute(field api.Field) schema.Attribute {
	required, optional, computed := field.Required, !field.Required, field.Default != nil
	words := describe(field)
	switch field.Type {
	case api.Integer:
		return schema.Int64Attribute{
			Required: required, Optional: optional, Computed: computed, MarkdownDescription: words,
			Default: integerDefault(field),
		}
	case api.Number:
		return schema.Float64Attribute{
			Required: required, Optional: optional, Computed: computed, MarkdownDescription: words,
			Default: numberDefault(field), PlanModifiers: []planmodifier.Float64{sameDouble{}},
		}
	case api.Boolean:
		return schema.BoolAttribute{
			Required: required, Optional: optional, Computed: computed, MarkdownDescription: words,
			Default: booleanDefault(field),
		}
	case api.Map:
		return schema.MapAttribute{
			Required: required, Optional: optional, Computed: computed, MarkdownDescription: words,
			ElementType: types.StringType,
			Default:     mapDefault(field),
		}
	case api.List:
		return schema.ListAttribute{
			Required: required, Optional: optional, Computed: computed, MarkdownDescription: words,
			ElementType: types.StringType,
			Default:     listDefault(field),
		}
	case api.Set:
		return schema.SetAttribute{
			Required: required, Optional: optional, Computed: computed, MarkdownDescription: words,
			ElementType: types.StringType,
			Default:     setDefault(field),
		}
	case api.Text:
		return schema.StringAttribute{
			Required: required, Optional: optional, Computed: computed, MarkdownDescription: words,
			Default: textDefault(field),
		}
	default:
		panic(fmt.Sprintf("no attribute can have the type %d", field.Type))
	}
}
