package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// keyMargin is how long before it expires a key is replaced, so that requests sent with it can finish.
const keyMargin = 5 * time.Minute

// Exchange says how to get a key for a token of a CI job or a pod (RFC 8693).
type Exchange struct {
	// Trust is the id of the service account trust that accepts the token.
	Trust    string
	Audience string
	Identity Identity
}

// credential supplies the key for requests.
type credential interface {
	// current returns a key that is valid for a while, or the failed attempt to get one.
	current(ctx context.Context) (string, *try)
}

// storedKey is a key from the configuration or the environment.
type storedKey string

func (key storedKey) current(context.Context) (string, *try) {
	return string(key), nil
}

// exchangedKey is one that a token is exchanged for when it is first needed, and again before it
// expires.
type exchangedKey struct {
	Exchange
	endpoint string
	http     *http.Client
	now      func() time.Time

	lock  sync.Mutex
	key   string
	until time.Time
}

func (e *exchangedKey) current(ctx context.Context) (string, *try) {
	e.lock.Lock() // Of many requests that need a key at once, one exchanges a token.
	defer e.lock.Unlock()
	now := e.now()
	if e.key != "" && now.Before(e.until.Add(-keyMargin)) {
		return e.key, nil
	}
	key, life, failed := e.exchange(ctx)
	if failed == nil {
		e.key, e.until = key, now.Add(life)
		return e.key, nil
	}
	if e.key != "" && now.Before(e.until) {
		return e.key, nil // It still works; the next request tries again.
	}
	return "", failed
}

func (e *exchangedKey) exchange(ctx context.Context) (string, time.Duration, *try) {
	token, err := e.Identity.Token(ctx, e.Audience)
	if err != nil {
		return "", 0, &try{err: err}
	}
	form := url.Values{
		"grant_type":         {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:jwt"},
		"subject_token":      {token},
		"trust":              {e.Trust},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.endpoint+"/v1/token",
		strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, &try{err: err}
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json, application/problem+json")
	response, err := e.http.Do(request)
	if err != nil {
		return "", 0, &try{err: &UnreachableError{err}}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return "", 0, &try{err: &UnreachableError{err}, again: true}
	}
	if err = refusal(response, body); err != nil {
		return "", 0, &try{err: err, again: isTransient(response), notBefore: retryAfter(response.Header)}
	}
	var issued struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if json.Unmarshal(body, &issued) != nil || issued.AccessToken == "" {
		return "", 0, &try{err: errors.New("/v1/token answered something else than a key")}
	}
	return issued.AccessToken, time.Duration(issued.ExpiresIn) * time.Second, nil
}
