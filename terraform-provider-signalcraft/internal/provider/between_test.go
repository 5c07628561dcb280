package provider

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// between stands between the provider and the real server.
type between struct {
	*httptest.Server
	mu sync.Mutex
	// asked counts requests by method and path.
	asked map[string]int
	// lost are the requests of which the server's first answer gets lost.
	lost map[string]bool
}

func standBetween(t *testing.T) *between {
	t.Helper()
	real, err := url.Parse(server.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	b := &between{asked: map[string]int{}, lost: map[string]bool{}}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) { request.SetURL(real) },
		ModifyResponse: func(response *http.Response) error {
			if b.loses(response.Request) {
				panic(http.ErrAbortHandler)
			}
			return nil
		},
	}
	b.Server = httptest.NewServer(proxy)
	t.Cleanup(b.Close)
	return b
}

func (b *between) loses(request *http.Request) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	what := request.Method + " " + request.URL.Path
	b.asked[what]++
	lost := b.lost[what]
	b.lost[what] = false
	return lost
}

// lose makes the next answer to such a request get lost.
func (b *between) lose(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lost[what] = true
}

// count is how often such a request has been sent.
func (b *between) count(what string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked[what]
}

// forget makes it count from here.
func (b *between) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.asked)
}

func (b *between) provider() string {
	return fmt.Sprintf("provider \"signalcraft\" {\n  endpoint = %q\n}\n", b.URL)
}

func TestWhatIsDoneIsDoneOnceThoughAnAnswerIsLost(t *testing.T) {
	between := standBetween(t)
	between.lose("POST " + teams.collection)
	var team string
	terraform(t,
		resource.TestStep{Config: between.provider() + teamConfig("Lost", "first")},
		resource.TestStep{
			PreConfig: func() {
				team = teams.path(stored(t, teams.collection, "name", "Lost")["id"].(string))
				between.lose("PUT " + team)
			},
			Config: between.provider() + teamConfig("Lost", "second"),
		},
		resource.TestStep{
			PreConfig: func() { between.lose("DELETE " + team) },
			Config:    between.provider() + teamConfig("Lost", "second"),
			Destroy:   true,
		},
	)
	for _, what := range []string{"POST " + teams.collection, "PUT " + team, "DELETE " + team} {
		if count := between.count(what); count != 2 {
			t.Errorf("%s was asked for %d times, want 2", what, count)
		}
	}
}

func TestAPlanOfManyReadsThemTogether(t *testing.T) {
	between := standBetween(t)
	config := between.provider() + `
resource "signalcraft_team" "many" {
  count = 60
  name  = "One of many ${count.index}"
}
`
	terraform(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: between.forget,
			Config:    config,
			PlanOnly:  true,
		},
	)
	var requests int
	for what, count := range between.asked {
		if strings.HasPrefix(what, "GET ") {
			requests += count
		}
	}
	// The framework for tests plans twice, and reads once more to destroy.
	if requests > 3*8 {
		t.Errorf("%d requests to read 60 resources three times: %v", requests, between.asked)
	}
}
