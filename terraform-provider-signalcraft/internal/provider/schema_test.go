package provider

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func providerSchema(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	response, err := NewServer("test")().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// TestTheSchemasAreValid catches names that Terraform reserves, and attributes that contradict
// themselves, in what is made from the API's document.
func TestTheSchemasAreValid(t *testing.T) {
	for _, diagnostic := range providerSchema(t).Diagnostics {
		t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
}

// TestEverythingHasAnExample finds what has none in the documentation, and none that is tested.
func TestEverythingHasAnExample(t *testing.T) {
	schema := providerSchema(t)
	for folder, names := range map[string][]string{
		"ephemeral-resources/%/ephemeral-resource.tf": slices.Collect(maps.Keys(schema.EphemeralResourceSchemas)),
		"resources/%/resource.tf":                     slices.Collect(maps.Keys(schema.ResourceSchemas)),
		"data-sources/%/data-source.tf":               slices.Collect(maps.Keys(schema.DataSourceSchemas)),
		"list-resources/%/list-resource.tf":           slices.Collect(maps.Keys(schema.ListResourceSchemas)),
	} {
		if len(names) == 0 {
			t.Errorf("the provider has nothing of %s", folder)
		}
		for _, name := range names {
			file := filepath.Join("..", "..", "examples", filepath.Dir(filepath.Dir(folder)), name, filepath.Base(folder))
			if _, err := os.Stat(file); err != nil {
				t.Error(err)
			}
		}
	}
}
