package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"
)

const keyAddress = "signalcraft_service_account_key.key"

func keyConfig(secret string, version int, more string) string {
	return fmt.Sprintf(`
resource "signalcraft_service_account" "keyed" {
  name   = "Keyed"
  scopes = ["config:read"]
}

resource "signalcraft_service_account_key" "key" {
  service_account_id = signalcraft_service_account.keyed.id
  name               = "ci"
  secret_wo          = %q
  secret_wo_version  = %d
  %s
}
`, secret, version, more)
}

func madeSecret(t *testing.T) string {
	t.Helper()
	secret, err := newAPIKeySecret()
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// works says whether the server accepts a key with this secret.
func works(t *testing.T, secret string) bool {
	t.Helper()
	request, err := http.NewRequest("GET", server.endpoint+"/v1/whoami", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+secret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func TestAKeyIsMadeOfASecretThatIsKeptNowhere(t *testing.T) {
	first, second := madeSecret(t), madeSecret(t)
	unknown := func(state *tfstate.State) error {
		for name, module := range state.RootModule().Resources {
			for attribute, value := range module.Primary.Attributes {
				if strings.Contains(value, first) || strings.Contains(value, second) {
					return fmt.Errorf("the secret is in the state, at %s.%s", name, attribute)
				}
			}
		}
		return nil
	}
	expect := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(keyAddress, action)},
		}
	}
	var imported string
	terraform(t,
		resource.TestStep{
			Config: keyConfig(first, 1, `expires_at = "2099-01-05T09:00:00+01:00"`),
			Check: resource.ComposeTestCheckFunc(unknown, func(state *tfstate.State) error {
				key := state.RootModule().Resources[keyAddress].Primary.Attributes
				imported = key["service_account_id"] + "/" + key["id"]
				if !works(t, first) {
					return fmt.Errorf("the key doesn't work")
				}
				return nil
			}),
		},
		resource.TestStep{
			ResourceName: keyAddress, ImportState: true, ImportStateVerify: true,
			ImportStateIdFunc:       func(*tfstate.State) (string, error) { return imported, nil },
			ImportStateVerifyIgnore: []string{"expires_at", "secret_wo_version"},
		},
		// A secret of the same version is not looked at.
		resource.TestStep{
			Config:           keyConfig(second, 1, `expires_at = "2099-01-05T09:00:00+01:00"`),
			ConfigPlanChecks: expect(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config:           keyConfig(second, 2, ""),
			ConfigPlanChecks: expect(plancheck.ResourceActionReplace),
			Check: resource.ComposeTestCheckFunc(unknown, func(*tfstate.State) error {
				if works(t, first) || !works(t, second) {
					return fmt.Errorf("the old key still works, or the new one doesn't")
				}
				return nil
			}),
		},
		// Revoked by somebody else: another is made.
		resource.TestStep{
			PreConfig: func() {
				account := stored(t, serviceAccounts.collection, "name", "Keyed")["id"].(string)
				path := "/v1/service-accounts/" + account + "/keys"
				for _, key := range call(t, "GET", path, nil, nil)["items"].([]any) {
					call(t, "DELETE", path+"/"+key.(map[string]any)["id"].(string), nil, nil)
				}
			},
			Config:             keyConfig(second, 2, ""),
			PlanOnly:           true,
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			Config:      keyConfig("hunter2", 3, ""),
			ExpectError: saying("Not accepted: secret_wo", "Must be 'sck_', 36 random letters and digits"),
		},
	)
}

func TestSecretsMadeHereDiffer(t *testing.T) {
	if one, other := madeSecret(t), madeSecret(t); one == other || len(one) != len("sck_")+42 {
		t.Errorf("%d characters, and the same again: %t", len(one), one == other)
	}
}
