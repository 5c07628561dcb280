package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// exchanger answers /v1/token with keys that are numbered, unless it is out of order.
type exchanger struct {
	*httptest.Server
	forms      []string
	outOfOrder bool
}

func newExchanger(t *testing.T) *exchanger {
	e := new(exchanger)
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.forms = append(e.forms, r.FormValue("subject_token")+" "+r.FormValue("trust"))
		if e.outOfOrder {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token": "sck_%d", "expires_in": 3600}`, len(e.forms))
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *exchanger) key(now *time.Time) *exchangedKey {
	return &exchangedKey{
		Exchange: Exchange{Trust: "trust_1", Identity: fixedIdentity("token")},
		endpoint: e.URL, http: e.Client(), now: func() time.Time { return *now },
	}
}

func wantKey(t *testing.T, key *exchangedKey, want string) {
	t.Helper()
	got, failed := key.current(context.Background())
	if failed != nil || got != want {
		t.Fatalf("got %q, %v; want %q", got, failed, want)
	}
}

func TestAKeyIsReplacedBeforeItExpires(t *testing.T) {
	now, server := time.Now(), newExchanger(t)
	key := server.key(&now)
	wantKey(t, key, "sck_1")
	if server.forms[0] != "token trust_1" {
		t.Errorf("sent %q", server.forms[0])
	}
	now = now.Add(time.Hour - keyMargin - time.Second)
	wantKey(t, key, "sck_1")
	now = now.Add(2 * time.Second)
	wantKey(t, key, "sck_2")
}

func TestAKeyThatStillWorksIsUsedWhileNoOtherCanBeHad(t *testing.T) {
	now, server := time.Now(), newExchanger(t)
	key := server.key(&now)
	wantKey(t, key, "sck_1")
	server.outOfOrder = true
	now = now.Add(time.Hour - time.Minute)
	wantKey(t, key, "sck_1")
	now = now.Add(2 * time.Minute)
	if got, failed := key.current(context.Background()); failed == nil || !failed.again {
		t.Errorf("got %q, %v; want a failure that passes", got, failed)
	}
}

func TestOfManyRequestsOneExchangesAToken(t *testing.T) {
	now, server := time.Now(), newExchanger(t)
	key := server.key(&now)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { key.current(context.Background()) })
	}
	all.Wait()
	if len(server.forms) != 1 {
		t.Errorf("%d exchanges; want 1", len(server.forms))
	}
}

func TestWhatIsNamedComesBeforeWhatThePlatformOffers(t *testing.T) {
	environment := map[string]string{}
	for _, step := range []struct {
		name, value string
		want        Identity
	}{
		{"BUILDKITE_AGENT_ACCESS_TOKEN", "t", buildkiteIdentity("buildkite-agent")},
		{"ACTIONS_ID_TOKEN_REQUEST_URL", "u", buildkiteIdentity("buildkite-agent")},
		{"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t", githubIdentity{"u", "t"}},
		{"SIGNALCRAFT_ID_TOKEN", "x", fixedIdentity("x")},
		{"SIGNALCRAFT_ID_TOKEN_FILE", "f", fileIdentity("f")},
	} {
		environment[step.name] = step.value
		found := FindIdentity(func(name string) string { return environment[name] })
		if found != step.want {
			t.Errorf("with %s: %#v; want %#v", step.name, found, step.want)
		}
	}
}

func TestAFileIsReadEachTime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	for _, want := range []string{"one", "two"} {
		if err := os.WriteFile(file, []byte(want+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := fileIdentity(file).Token(context.Background(), ""); got != want || err != nil {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
}
