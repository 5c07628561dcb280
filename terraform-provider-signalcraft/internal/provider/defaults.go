package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/float64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// What an attribute is when it is left out: the API's default, or null (no default).

func textDefault(field api.Field) defaults.String {
	if text, given := field.Default.(string); given {
		return stringdefault.StaticString(text)
	}
	return nil
}

func integerDefault(field api.Field) defaults.Int64 {
	if number, given := field.Default.(int64); given {
		return int64default.StaticInt64(number)
	}
	return nil
}

func numberDefault(field api.Field) defaults.Float64 {
	if number, given := field.Default.(float64); given {
		return float64default.StaticFloat64(number)
	}
	return nil
}

func booleanDefault(field api.Field) defaults.Bool {
	if truth, given := field.Default.(bool); given {
		return booldefault.StaticBool(truth)
	}
	return nil
}

func mapDefault(field api.Field) defaults.Map {
	if field.Default == nil {
		return nil
	}
	return mapdefault.StaticValue(types.MapValueMust(types.StringType, map[string]attr.Value{}))
}

func listDefault(field api.Field) defaults.List {
	if field.Default == nil {
		return nil
	}
	return listdefault.StaticValue(types.ListValueMust(types.StringType, []attr.Value{}))
}

func setDefault(field api.Field) defaults.Set {
	if field.Default == nil {
		return nil
	}
	return setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{}))
}
