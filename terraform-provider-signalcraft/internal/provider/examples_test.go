package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// TestTheExamplesOfTheDocumentationWork applies them as one configuration, then reads it back with
// the data sources' examples.
func TestTheExamplesOfTheDocumentationWork(t *testing.T) {
	resources := examples(t, "resources", "resource.tf")
	sources := examples(t, "data-sources", "data-source.tf")
	terraform(t,
		resource.TestStep{Config: resources},
		resource.TestStep{Config: resources + sources},
	)
}

func examples(t *testing.T, folder, file string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "..", "examples", folder, "*", file))
	if err != nil || len(found) == 0 {
		t.Fatalf("examples in %s: %v, %v", folder, found, err)
	}
	var config strings.Builder
	for _, name := range found {
		// Two tests share the workspace; its own test is the other.
		if strings.Contains(name, "signalcraft_workspace") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		config.Write(text)
	}
	return config.String()
}
