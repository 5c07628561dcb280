package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// What follows are the answers that a server in good health doesn't give. What a real one answers
// is tested with Terraform, in the provider's package.

// received is what came with a request.
type received struct {
	method, path string
	header       http.Header
	body         string
}

// scripted is a server that answers each request with the next step of a script, and the last one
// from then on.
type scripted struct {
	t        *testing.T
	mu       sync.Mutex
	steps    []http.HandlerFunc
	requests []received
}

func serve(t *testing.T, steps ...http.HandlerFunc) (*scripted, *Client) {
	t.Helper()
	script := &scripted{t: t, steps: steps}
	server := httptest.NewServer(script)
	t.Cleanup(server.Close)
	return script, NewClient(Settings{
		Endpoint: server.URL, Key: "sck_secret", MaxConcurrency: 4, RetryTimeout: 20 * time.Second,
	})
}

func (s *scripted) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	step := s.steps[min(len(s.requests), len(s.steps)-1)]
	s.requests = append(s.requests, received{request.Method, request.URL.Path, request.Header, string(body)})
	s.mu.Unlock()
	step(writer, request)
}

func status(code int, header ...string) http.HandlerFunc {
	return func(writer http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			writer.Header().Set(header[i], header[i+1])
		}
		writer.WriteHeader(code)
	}
}

func problem(code int, slug string) http.HandlerFunc {
	return func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Type", "application/problem+json")
		writer.WriteHeader(code)
		fmt.Fprintf(writer, `{"type": "https://signalcraft.io/problems/%s", "title": "No", "status": %d,
			"detail": "Not today.", "request_id": "req_1"}`, slug, code)
	}
}

func stored(code int, version int, description string) http.HandlerFunc {
	return func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Type", "application/json")
		writer.WriteHeader(code)
		fmt.Fprintf(writer, `{"id": "team_1", "version": %d, "updated_at": "2026-01-01T00:00:00.000000Z",
			"name": "Team", "description": %q, "member_ids": []}`, version, description)
	}
}

// dropped reads the request and hangs up without an answer.
func dropped(writer http.ResponseWriter, _ *http.Request) {
	panic(http.ErrAbortHandler)
}

// halfOfUnknownLength is what comes of an answer through a proxy that doesn't say how long it is.
func halfOfUnknownLength(writer http.ResponseWriter, _ *http.Request) {
	connection, buffer, err := writer.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	defer connection.Close()
	buffer.WriteString("HTTP/1.0 201 Created\r\nContent-Type: application/json\r\n\r\n{\"id\": \"te")
	buffer.Flush()
}

// inDoubt is the answer of a server that doesn't know whether it has made the change.
func inDoubt(code int) http.HandlerFunc {
	return func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Type", "application/problem+json")
		writer.WriteHeader(code)
		fmt.Fprintf(writer, `{"type": "https://signalcraft.io/problems/internal", "title": "No", "status": %d,
			"detail": "Who knows?", "request_id": "req_1", "may_be_applied": true}`, code)
	}
}

func teamBody(description string) *Team {
	return &Team{Name: "Team", Description: &description}
}

func TestARequestThatMayPassLaterIsTriedAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]http.HandlerFunc{
		"too many requests":                        status(http.StatusTooManyRequests),
		"bad gateway":                              status(http.StatusBadGateway),
		"unavailable":                              problem(http.StatusServiceUnavailable, "internal"),
		"gateway timeout":                          status(http.StatusGatewayTimeout),
		"the connection drops":                     dropped,
		"half an answer arrives":                   status(http.StatusCreated, "Content-Length", "100"),
		"half an answer of unknown length arrives": halfOfUnknownLength,
	}
	for name, first := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script, client := serve(t, first, stored(http.StatusCreated, 1, ""))
			written, err := client.Create(t.Context(), "/v1/teams", teamBody(""))
			if err != nil {
				t.Fatal(err)
			}
			if written.ID != "team_1" {
				t.Errorf("created %q, want team_1", written.ID)
			}
			first, second := script.requests[0].header, script.requests[1].header
			if first.Get("Idempotency-Key") == "" || first.Get("Idempotency-Key") != second.Get("Idempotency-Key") {
				t.Errorf("idempotency keys %q and %q, want the same one twice",
					first.Get("Idempotency-Key"), second.Get("Idempotency-Key"))
			}
		})
	}
}

func TestARequestThatCannotPassIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	for _, first := range []http.HandlerFunc{
		problem(http.StatusUnprocessableEntity, "validation"),
		problem(http.StatusInternalServerError, "internal"),
		problem(http.StatusConflict, "name-taken"),
	} {
		script, client := serve(t, first)
		_, err := client.Create(t.Context(), "/v1/teams", teamBody(""))
		var refused *Problem
		if !errors.As(err, &refused) || refused.Detail != "Not today." {
			t.Errorf("got %v, want the problem itself", err)
		}
		if len(script.requests) != 1 {
			t.Errorf("asked %d times, want once", len(script.requests))
		}
	}
}

func TestWhatMayHaveBeenAppliedIsAskedAboutAgain(t *testing.T) {
	t.Parallel()
	script, client := serve(t, inDoubt(http.StatusInternalServerError), stored(http.StatusCreated, 1, ""))
	if written, err := client.Create(t.Context(), "/v1/teams", teamBody("")); err != nil || written.ID != "team_1" {
		t.Errorf("got %+v, %v, want the team that was created", written, err)
	}
	if len(script.requests) != 2 {
		t.Errorf("%d requests, want 2", len(script.requests))
	}

	script, client = serve(t, inDoubt(http.StatusInternalServerError))
	_, err := client.Create(t.Context(), "/v1/teams", teamBody(""))
	var unknown *UnknownOutcomeError
	if !errors.As(err, &unknown) {
		t.Errorf("got %v, want an error that says that the team may exist", err)
	}
	if len(script.requests) != triesInDoubt {
		t.Errorf("%d requests, want %d", len(script.requests), triesInDoubt)
	}
}

func TestAnInterruptEndsNoWriteThatIsUnderWay(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]http.HandlerFunc{
		"it is answered":     stored(http.StatusCreated, 1, ""),
		"its answer is lost": dropped,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			_, client := serve(t, func(writer http.ResponseWriter, request *http.Request) {
				interrupt()
				first(writer, request)
			}, stored(http.StatusCreated, 1, ""))
			written, err := client.Create(ctx, "/v1/teams", teamBody(""))
			if err != nil || written.ID != "team_1" {
				t.Errorf("got %+v, %v, want the team that was created", written, err)
			}
			if _, err := client.Create(ctx, "/v1/teams", teamBody("")); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v of a write that begins after the interrupt", err)
			}
		})
	}
}

func TestAnInterruptEndsTheWaitForARequestThatWasRefused(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	script, client := serve(t, func(writer http.ResponseWriter, request *http.Request) {
		interrupt()
		status(http.StatusTooManyRequests, "Retry-After", "10")(writer, request)
	})
	if _, err := client.Create(ctx, "/v1/teams", teamBody("")); err == nil {
		t.Error("what was refused counts as done")
	}
	if len(script.requests) != 1 {
		t.Errorf("%d requests, want 1", len(script.requests))
	}
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	_, client := serve(t, status(http.StatusTooManyRequests, "Retry-After", "2"), stored(http.StatusOK, 1, ""))
	started := time.Now()
	if _, err := client.Get(t.Context(), "/v1/teams/team_1"); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(started); waited < 2*time.Second {
		t.Errorf("asked again after %s, want 2s", waited)
	}
}

func TestGivingUpNamesTheLastCause(t *testing.T) {
	t.Parallel()
	_, client := serve(t, dropped, problem(http.StatusServiceUnavailable, "internal"))
	client.retryTimeout = time.Second
	_, err := client.Get(t.Context(), "/v1/teams/team_1")
	var gaveUp *GaveUpError
	var last *Problem
	if !errors.As(err, &gaveUp) || !errors.As(err, &last) {
		t.Fatalf("got %v, want to have given up for the last problem", err)
	}
	if gaveUp.Tries < 2 {
		t.Errorf("gave up after %d tries", gaveUp.Tries)
	}
}

func TestAServerThatNeverAnsweredIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	client := NewClient(Settings{Endpoint: server.URL, MaxConcurrency: 1, RetryTimeout: time.Hour})
	_, err := client.WhoAmI(t.Context())
	var unreachable *UnreachableError
	if !errors.As(err, &unreachable) {
		t.Errorf("got %v, want an error at once", err)
	}
}

func TestAPutWhoseAnswerWasLostIsASuccessIfItWasDone(t *testing.T) {
	t.Parallel()
	mismatch := problem(http.StatusPreconditionFailed, VersionMismatch)
	known := Edition{ID: "team_1", Version: 1}

	script, client := serve(t, dropped, mismatch, stored(http.StatusOK, 2, "new"))
	written, err := client.Replace(t.Context(), "/v1/teams/team_1", known, teamBody("new"))
	if err != nil || written.Version != 2 {
		t.Errorf("got %+v, %v, want version 2", written, err)
	}
	if sent := script.requests[0].header.Get("If-Match"); sent != `"team_1.1"` {
		t.Errorf("If-Match: %s", sent)
	}

	_, client = serve(t, dropped, mismatch, stored(http.StatusOK, 2, "somebody else's"))
	if _, err := client.Replace(t.Context(), "/v1/teams/team_1", known, teamBody("new")); err == nil {
		t.Error("somebody else's change counts as ours")
	}

	script, client = serve(t, mismatch, stored(http.StatusOK, 2, "new"))
	if _, err := client.Replace(t.Context(), "/v1/teams/team_1", known, teamBody("new")); err == nil {
		t.Error("a first answer that says no counts as yes")
	}
	if len(script.requests) != 1 {
		t.Errorf("%d requests, want 1", len(script.requests))
	}
}

func TestDeletingWhatIsGoneIsASuccess(t *testing.T) {
	t.Parallel()
	_, client := serve(t, dropped, problem(http.StatusNotFound, NotFound))
	if _, err := client.Delete(t.Context(), "/v1/teams/team_1", Edition{}); err != nil {
		t.Error(err)
	}
}

func TestADeleteIsTriedAgainForTheSameVersionOnly(t *testing.T) {
	t.Parallel()
	script, client := serve(t, dropped, problem(http.StatusPreconditionFailed, VersionMismatch))
	_, err := client.Delete(t.Context(), "/v1/teams/team_1", Edition{ID: "team_1", Version: 3})
	var refused *Problem
	if !errors.As(err, &refused) || refused.Slug() != VersionMismatch {
		t.Errorf("got %v, want a version mismatch", err)
	}
	for i, sent := range script.requests {
		if tag := sent.header.Get("If-Match"); tag != `"team_1.3"` {
			t.Errorf("request %d has If-Match: %s", i, tag)
		}
	}
}

func TestAnAnswerOfSomethingElseIsAnError(t *testing.T) {
	t.Parallel()
	page := func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(writer, "<h1>Log in</h1>")
	}
	for _, foreign := range []http.HandlerFunc{
		status(http.StatusNotFound, "Content-Type", "text/html"), page,
	} {
		_, client := serve(t, foreign)
		_, err := client.Delete(t.Context(), "/v1/teams/team_1", Edition{})
		var elsewhere *ForeignAnswerError
		if !errors.As(err, &elsewhere) || !strings.Contains(err.Error(), "text/html") {
			t.Errorf("got %v, want an error that says what answered", err)
		}
	}
}

func TestTheKeyIsNotSentWhereARedirectLeads(t *testing.T) {
	t.Parallel()
	elsewhere, _ := serve(t, stored(http.StatusOK, 1, ""))
	other := httptest.NewServer(elsewhere)
	t.Cleanup(other.Close)
	_, client := serve(t, status(http.StatusTemporaryRedirect, "Location", other.URL))
	_, err := client.Get(t.Context(), "/v1/teams/team_1")
	if err == nil || !strings.Contains(err.Error(), other.URL) {
		t.Errorf("got %v, want an error that says where it would have led", err)
	}
	if len(elsewhere.requests) > 0 {
		t.Error("the redirect was followed")
	}
}

func TestWarningsComeWithAWrite(t *testing.T) {
	t.Parallel()
	warnings, err := json.Marshal([]map[string]string{
		{"pointer": "/rules/0/delay_minutes", "code": "first-page-late", "detail": "Nobody at first."},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, client := serve(t, func(writer http.ResponseWriter, request *http.Request) {
		writer.Header().Set("SignalCraft-Warnings", string(warnings))
		stored(http.StatusCreated, 1, "")(writer, request)
	})
	written, err := client.Create(t.Context(), "/v1/teams", teamBody(""))
	if err != nil || len(written.Warnings) != 1 || written.Warnings[0].Detail != "Nobody at first." {
		t.Errorf("got %+v, %v", written, err)
	}
}
