package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// reviewer answers requests for checks: of each body that it is the one that it is. It answers none
// before it is opened, so that the others gather.
type reviewer struct {
	opened chan struct{}
	// status is the answer's, if not 200.
	status int
	// asked has how many bodies came in each request; only one is under way at a time.
	asked []int
	query string
}

func (r *reviewer) client() *Client {
	r.opened = make(chan struct{})
	client := NewClient(Settings{Endpoint: "http://signalcraft", MaxConcurrency: 10})
	client.http.Transport = r
	return client
}

func (r *reviewer) RoundTrip(request *http.Request) (*http.Response, error) {
	var asked struct {
		Items []Candidate `json:"items"`
	}
	if err := json.NewDecoder(request.Body).Decode(&asked); err != nil {
		return nil, err
	}
	<-r.opened
	r.asked = append(r.asked, len(asked.Items))
	r.query = request.URL.RawQuery
	var results ValidationResults
	for _, item := range asked.Items {
		said := []ProblemError{{Detail: fmt.Sprint(item.Body)}}
		results.Items = append(results.Items, ValidationResult{Warnings: said})
	}
	text, err := json.Marshal(results)
	return &http.Response{
		StatusCode: max(r.status, http.StatusOK),
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(bytes.NewReader(text)),
	}, err
}

// checkFirst sends the request that others wait for.
func checkFirst(client *Client) {
	go client.Check(context.Background(), Candidate{Kind: "team", Body: "the first"})
	<-time.After(2 * gatherWithin)
	synctest.Wait()
}

func TestAsManyAreAskedAboutTogetherAsTerraformPlansAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reviewer reviewer
		client := reviewer.client()
		close(reviewer.opened)
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				for range 20 {
					client.Check(t.Context(), Candidate{Kind: "team"})
				}
			})
		}
		all.Wait()
		if want := slices.Repeat([]int{10}, 20); !slices.Equal(reviewer.asked, want) {
			t.Errorf("requests with %v bodies, want %v", reviewer.asked, want)
		}
	})
}

func TestOneByOneNothingIsWaitedForAfterTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reviewer reviewer
		client := reviewer.client()
		close(reviewer.opened)
		started := time.Now()
		for range 20 {
			client.Check(t.Context(), Candidate{Kind: "team"})
		}
		if waited := time.Since(started); waited > gatherWithin {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestWhatIsCheckedWhileARequestIsUnderWaySharesTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reviewer reviewer
		client := reviewer.client()
		checkFirst(client)
		var all sync.WaitGroup
		for n := range 230 {
			all.Go(func() {
				found, err := client.Check(t.Context(), Candidate{Kind: "team", Body: n})
				if err != nil || found.Warnings[0].Detail != fmt.Sprint(n) {
					t.Errorf("checking %d: %v, %v", n, found, err)
				}
			})
		}
		synctest.Wait()
		close(reviewer.opened)
		all.Wait()
		if want := []int{1, 100, 100, 30}; !slices.Equal(reviewer.asked, want) {
			t.Errorf("requests with %v bodies, want %v", reviewer.asked, want)
		}
		if reviewer.query != "" {
			t.Errorf("asked with ?%s, want nothing", reviewer.query)
		}
	})
}

func TestLargeBodiesAreNotCheckedInOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reviewer reviewer
		client := reviewer.client()
		checkFirst(client)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				client.Check(t.Context(), Candidate{Kind: "team", Body: strings.Repeat("x", 200<<10)})
			})
		}
		synctest.Wait()
		close(reviewer.opened)
		all.Wait()
		if want := []int{1, 2, 1}; !slices.Equal(reviewer.asked, want) {
			t.Errorf("requests with %v bodies, want %v", reviewer.asked, want)
		}
	})
}

func TestNothingIsCheckedOnceSomethingIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reviewer reviewer
		client := reviewer.client()
		checkFirst(client)
		waited := make(chan struct{})
		check := func() {
			found, err := client.Check(t.Context(), Candidate{Kind: "team", Body: "late"})
			if err != nil || found.Warnings != nil {
				t.Errorf("said %v, %v; want nothing", found, err)
			}
		}
		go func() {
			defer close(waited)
			check()
		}()
		synctest.Wait()
		client.writing.Store(true)
		close(reviewer.opened)
		<-waited
		check()
		if want := []int{1}; !slices.Equal(reviewer.asked, want) {
			t.Errorf("requests with %v bodies, want %v", reviewer.asked, want)
		}
	})
}

func TestAFailureToAskIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reviewer := reviewer{status: http.StatusTeapot}
		client := reviewer.client()
		checkFirst(client)
		close(reviewer.opened)
		synctest.Wait()
		var foreign *ForeignAnswerError
		if _, err := client.Check(t.Context(), Candidate{Kind: "team"}); !errors.As(err, &foreign) {
			t.Errorf("the second check: %v, want what became of the first", err)
		}
		if want := []int{1}; !slices.Equal(reviewer.asked, want) {
			t.Errorf("requests with %v bodies, want %v", reviewer.asked, want)
		}
	})
}

func TestACheckThatIsGivenUpDoesNotEndTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reviewer reviewer
		client := reviewer.client()
		impatient, giveUp := context.WithTimeout(t.Context(), time.Second)
		defer giveUp()
		if _, err := client.Check(impatient, Candidate{Kind: "team"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the first check: %v, want that it took too long", err)
		}
		answered := make(chan struct{})
		go func() {
			defer close(answered)
			if _, err := client.Check(t.Context(), Candidate{Kind: "team"}); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		close(reviewer.opened)
		<-answered
	})
}

func TestWhoMayTakeOverChecksThatToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reviewer reviewer
		client := reviewer.client()
		client.takeOver = true
		close(reviewer.opened)
		if _, err := client.Check(t.Context(), Candidate{Kind: "team"}); err != nil {
			t.Fatal(err)
		}
		if reviewer.query != "force=true" {
			t.Errorf("asked with ?%s, want force=true", reviewer.query)
		}
	})
}
