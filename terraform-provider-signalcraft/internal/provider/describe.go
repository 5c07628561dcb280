package provider

import (
	"fmt"
	"strings"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// describe returns a field's documentation: the API's description, the values that are allowed, and
// the default.
func describe(field api.Field) string {
	words := []string{field.Description}
	enum := field.Enum
	if field.Entry != nil {
		enum = field.Entry.Enum
	}
	if enum != nil {
		words = append(words, fmt.Sprintf("One of `%s`.", strings.Join(enum, "`, `")))
	}
	if field.Required && field.Part != "" {
		// Terraform has no required blocks; the provider checks it.
		words = append(words, "Required.")
	}
	switch value := field.Default.(type) {
	case string:
		if value != "" {
			words = append(words, fmt.Sprintf("Default: `%s`.", value))
		}
	case bool, int64, float64:
		words = append(words, fmt.Sprintf("Default: `%v`.", value))
	}
	return strings.Join(words, " ")
}
