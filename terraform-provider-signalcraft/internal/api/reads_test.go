package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// shelf is a collection of numbered resources; it counts who asks for what.
type shelf struct {
	size        int
	pages, gets atomic.Int64
	// broken makes every page fail.
	broken bool
}

func numbered(n int) string { return fmt.Sprintf("team_%06d", n) }

func (s *shelf) client(t *testing.T) *Client {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/teams", s.page)
	mux.HandleFunc("GET /v1/teams/{id}", s.get)
	mux.HandleFunc("DELETE /v1/teams/{id}", status(http.StatusNoContent))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return NewClient(Settings{Endpoint: server.URL, MaxConcurrency: 10, RetryTimeout: time.Second})
}

func (s *shelf) page(writer http.ResponseWriter, request *http.Request) {
	s.pages.Add(1)
	if s.broken {
		problem(http.StatusInternalServerError, "internal")(writer, request)
		return
	}
	from, _ := strconv.Atoi(request.URL.Query().Get("cursor"))
	until := min(from+1000, s.size)
	writer.Header().Set("Content-Type", "application/json")
	fmt.Fprint(writer, `{"items": [`)
	for n := from; n < until; n++ {
		if n > from {
			fmt.Fprint(writer, ",")
		}
		fmt.Fprintf(writer, `{"id": %q, "version": 1}`, numbered(n))
	}
	next := "null"
	if until < s.size {
		next = fmt.Sprintf("%q", strconv.Itoa(until))
	}
	fmt.Fprintf(writer, `], "next_cursor": %s}`, next)
}

func (s *shelf) get(writer http.ResponseWriter, request *http.Request) {
	s.gets.Add(1)
	id := request.PathValue("id")
	if id >= numbered(s.size) {
		problem(http.StatusNotFound, NotFound)(writer, request)
		return
	}
	writer.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(writer, `{"id": %q, "version": 1}`, id)
}

// readAll reads these resources as Terraform does, ten at a time.
func readAll(t *testing.T, client *Client, ids []string) {
	t.Helper()
	var group sync.WaitGroup
	slots := make(chan struct{}, 10)
	for _, id := range ids {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			object, err := client.Read(t.Context(), "/v1/teams", id)
			if err != nil || object.ID != id {
				t.Errorf("reading %s: %+v, %v", id, object, err)
			}
		})
	}
	group.Wait()
}

func every(step, size int) []string {
	var ids []string
	for n := 0; n < size; n += step {
		ids = append(ids, numbered(n))
	}
	return ids
}

func TestReadsCostAboutOneRequestForEachThousand(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ size, step, atMost int }{
		{size: 1000, step: 1, atMost: 4},
		{size: 5000, step: 1, atMost: 40},
		// A few of many: not the whole collection.
		{size: 50000, step: 20000, atMost: 3},
		{size: 50000, step: 5000, atMost: 12},
	} {
		shelf := &shelf{size: test.size}
		readAll(t, shelf.client(t), every(test.step, test.size))
		if requests := int(shelf.pages.Load() + shelf.gets.Load()); requests > test.atMost {
			t.Errorf("reading every %dth of %d took %d requests, want at most %d",
				test.step, test.size, requests, test.atMost)
		}
	}
}

func TestWhatNoPageHasIsAskedForBeforeItCountsAsGone(t *testing.T) {
	t.Parallel()
	shelf := &shelf{size: 10}
	client := shelf.client(t)
	readAll(t, client, every(1, 10))
	gets := shelf.gets.Load()
	_, err := client.Read(t.Context(), "/v1/teams", numbered(11))
	var problem *Problem
	if !errors.As(err, &problem) || problem.Slug() != NotFound {
		t.Errorf("got %v, want not-found", err)
	}
	if shelf.gets.Load() != gets+1 {
		t.Error("nobody asked for it")
	}
}

func TestAfterAWriteEverythingIsReadAnew(t *testing.T) {
	t.Parallel()
	shelf := &shelf{size: 10}
	client := shelf.client(t)
	readAll(t, client, every(1, 10))
	if _, err := client.Delete(t.Context(), "/v1/teams/"+numbered(1), Edition{}); err != nil {
		t.Fatal(err)
	}
	gets := shelf.gets.Load()
	readAll(t, client, every(1, 10))
	if shelf.gets.Load() != gets+10 {
		t.Errorf("%d requests, want 10", shelf.gets.Load()-gets)
	}
}

func TestWherePagesFailEachIsReadAlone(t *testing.T) {
	t.Parallel()
	shelf := &shelf{size: 50, broken: true}
	readAll(t, shelf.client(t), every(1, 50))
	if shelf.pages.Load() != 1 {
		t.Errorf("%d pages were asked for, want 1", shelf.pages.Load())
	}
}
