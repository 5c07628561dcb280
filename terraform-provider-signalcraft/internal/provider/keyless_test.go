package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// actions is GitHub Actions, as far as a job's tokens go: it issues them, and publishes its key.
type actions struct {
	*httptest.Server
	key    *ecdsa.PrivateKey
	issued atomic.Int64
	// ref is the branch that jobs run on.
	ref string
}

func newActions(t *testing.T) *actions {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	a := &actions{key: key, ref: "refs/heads/main"}
	answers := http.NewServeMux()
	answer := func(path string, make func(*http.Request) any) {
		answers.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			json.NewEncoder(w).Encode(make(r))
		})
	}
	answer("/.well-known/openid-configuration", func(*http.Request) any {
		return map[string]string{"issuer": a.URL, "jwks_uri": a.URL + "/keys"}
	})
	answer("/keys", func(*http.Request) any {
		return map[string]any{"keys": []map[string]string{{
			"kty": "EC", "kid": "1", "crv": "P-256",
			"x": encoded(public[1:33]), "y": encoded(public[33:]),
		}}}
	})
	answer("/token", func(r *http.Request) any {
		a.issued.Add(1)
		return map[string]string{"value": a.token(t, r.URL.Query().Get("audience"))}
	})
	a.Server = httptest.NewServer(answers)
	t.Cleanup(a.Close)
	return a
}

func (a *actions) token(t *testing.T, audience string) string {
	now := time.Now().Unix()
	header, _ := json.Marshal(map[string]string{"alg": "ES256", "kid": "1"})
	claims, _ := json.Marshal(map[string]any{
		"iss": a.URL, "aud": audience, "sub": "repo:example/monitoring", "iat": now, "nbf": now,
		"exp": now + 300, "jti": rand.Text(), "repository_id": "1296269", "ref": a.ref,
		"event_name": "push",
	})
	signed := encoded(header) + "." + encoded(claims)
	digest := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Error(err)
		return ""
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + encoded(signature)
}

func encoded(data []byte) string {
	return base64.RawURLEncoding.EncodeToString(data)
}

// Not in parallel with others, since a job's token is requested by what its environment says.
func TestAJobWithoutAStoredKeyApplies(t *testing.T) {
	github := newActions(t)
	account := call(t, "POST", "/v1/service-accounts", nil, map[string]any{
		"name": "keyless", "scopes": []string{"config:read", "config:write"}, "keyless_only": true,
	})
	trust := call(t, "POST", "/v1/service-account-trusts", nil, map[string]any{
		"name": "keyless", "service_account_id": account["id"], "platform": "github",
		"issuer": github.URL, "audience": server.endpoint,
		"claims": []map[string]any{
			{"name": "repository_id", "values": []string{"1296269"}},
			{"name": "ref", "values": []string{"refs/heads/main"}},
		},
	})
	t.Setenv(keyVariable, "")
	t.Setenv("ACTIONS_ID_TOKEN_REQUEST_URL", github.URL+"/token?api-version=1")
	t.Setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner")
	config := fmt.Sprintf(`
provider "signalcraft" {
  trust_id = %q
}
resource "signalcraft_team" "keyless" {
  name = "Keyless"
}
`, trust["id"])
	run := func(steps ...resource.TestStep) {
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
				"signalcraft": func() (tfprotov6.ProviderServer, error) { return NewServer("test")(), nil },
			},
			Steps: steps,
		})
	}
	run(resource.TestStep{Config: config})
	if github.issued.Load() == 0 {
		t.Error("no token was requested")
	}

	github.ref = "refs/heads/other"
	run(resource.TestStep{
		Config: config, ExpectError: regexp.MustCompile(`(?s)can't\s+be\s+exchanged.*refs/heads/main`),
	})

	t.Setenv("ACTIONS_ID_TOKEN_REQUEST_URL", "")
	run(resource.TestStep{
		Config: config, ExpectError: regexp.MustCompile(`(?s)there\s+is\s+none\s+here`),
	})
}
