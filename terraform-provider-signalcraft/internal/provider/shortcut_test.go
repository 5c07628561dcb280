package provider

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// counted counts what is left to the framework.
type counted struct {
	tfprotov6.ProviderServerWithListResource
	reads, plans *atomic.Int64
}

func (c counted) ReadResource(
	ctx context.Context, request *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	c.reads.Add(1)
	return c.ProviderServerWithListResource.ReadResource(ctx, request)
}

func (c counted) PlanResourceChange(
	ctx context.Context, request *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	c.plans.Add(1)
	return c.ProviderServerWithListResource.PlanResourceChange(ctx, request)
}

func TestTheFrameworkIsNotAskedAboutWhatIsUnchanged(t *testing.T) {
	var reads, plans atomic.Int64
	serve := func() (tfprotov6.ProviderServer, error) {
		server := NewServer("test")().(*shortcut)
		server.ProviderServerWithListResource = counted{server.ProviderServerWithListResource, &reads, &plans}
		return server, nil
	}
	config := strings.NewReplacer("Every", "Quick", "every", "quick").Replace(everyKind)
	resource.ParallelTest(t, resource.TestCase{
		IsUnitTest:               true,
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){"signalcraft": serve},
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					reads.Store(0)
					plans.Store(0)
				},
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{meanwhile(func() {
						if reads.Load()+plans.Load() > 0 {
							t.Errorf("it was asked to read %d times and to plan %d times",
								reads.Load(), plans.Load())
						}
					})},
				},
			},
		},
	})
}

func TestAnAttributeThatIsNotWrittenIsPutBackToItsDefault(t *testing.T) {
	const config = `resource "signalcraft_team" "team" { name = "Defaulted" }`
	terraform(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() { change(t, "Defaulted", "theirs") },
			Config:    config, ConfigPlanChecks: descriptionIsCleared,
		},
	)
}

func TestAnAttributeThatIsRemovedFallsBackAfterAnApplyThatFailed(t *testing.T) {
	const without = `resource "signalcraft_team" "team" { name = "Removed" }`
	account := call(t, "POST", serviceAccounts.collection, nil, map[string]any{
		"name": "Reads only", "scopes": []any{"config:read"},
	})
	key := call(t, "POST", serviceAccounts.path(account["id"].(string))+"/keys", nil,
		map[string]any{"name": "reads"})
	readingOnly := fmt.Sprintf("provider \"signalcraft\" {\n  api_key = %q\n}\n", key["secret"])
	terraform(t,
		resource.TestStep{Config: teamConfig("Removed", "first")},
		resource.TestStep{
			Config:      readingOnly + without,
			ExpectError: saying("The API key may not do this", "config:write"),
		},
		resource.TestStep{Config: without, ConfigPlanChecks: descriptionIsCleared},
	)
}

func TestWhatWasIgnoredIsPutBackWhenItIsIgnoredNoMore(t *testing.T) {
	config := func(name, lifecycle string) string {
		return fmt.Sprintf("resource \"signalcraft_team\" \"team\" {\n  name = %q\n  %s\n}\n", name, lifecycle)
	}
	const ignoring = `lifecycle { ignore_changes = [description] }`
	terraform(t,
		resource.TestStep{Config: config("Ignored", "")},
		resource.TestStep{
			PreConfig: func() { change(t, "Ignored", "theirs") },
			Config:    config("No longer ignored", ignoring),
		},
		resource.TestStep{
			Config: config("No longer ignored", ""), ConfigPlanChecks: descriptionIsCleared,
		},
	)
}

var descriptionIsCleared = resource.ConfigPlanChecks{
	PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction("signalcraft_team.team", plancheck.ResourceActionUpdate),
		plancheck.ExpectKnownValue("signalcraft_team.team",
			tfjsonpath.New("description"), knownvalue.StringExact("")),
	},
}
