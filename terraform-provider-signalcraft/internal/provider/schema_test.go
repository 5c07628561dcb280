package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// TestTheSchemasAreValid catches names that Terraform reserves, and attributes that contradict
// themselves, in what is made from the API's document.
func TestTheSchemasAreValid(t *testing.T) {
	response, err := NewServer("test")().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, diagnostic := range response.Diagnostics {
		t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
	const kinds = 9
	if len(response.ResourceSchemas) != kinds || len(response.DataSourceSchemas) != kinds {
		t.Errorf("%d resources and %d data sources, want %d of each",
			len(response.ResourceSchemas), len(response.DataSourceSchemas), kinds)
	}
}
