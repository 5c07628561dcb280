package api

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
)

// try is what became of one attempt at a request.
type try struct {
	response *http.Response
	body     []byte
	err      error
	// again says whether the same request may succeed later; not before is the server's wish.
	again     bool
	notBefore time.Duration
}

// firstContact is for how long the first request is tried: nothing is under way yet that could break
// off, and Terraform shows nothing while a provider waits for its server.
const firstContact = 20 * time.Second

// untilAnswered makes attempts until one is no reason to try again, or time is up. It returns the
// last of them, and how many there were.
func (c *Client) untilAnswered(
	ctx context.Context, within time.Duration, attempt func() try,
) (try, int) {
	started := time.Now()
	for tries := 1; ; tries++ {
		last := attempt()
		if !last.again || ctx.Err() != nil {
			return last, tries
		}
		wait := max(pause(tries), last.notBefore)
		if time.Since(started)+wait > within {
			last.err = &GaveUpError{tries, time.Since(started), last.err}
			return last, tries
		}
		select {
		case <-ctx.Done():
			return last, tries
		case <-time.After(wait):
		}
	}
}

// pause is how long to wait after this many attempts: longer each time, and at random, so that
// clients that were refused together don't come back together.
func pause(tries int) time.Duration {
	ceiling := min(firstPause<<min(tries-1, 10), longestPause)
	return ceiling/2 + rand.N(ceiling/2)
}

// isTransient says whether the same request may be answered differently next time.
func isTransient(response *http.Response) bool {
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable,
		http.StatusGatewayTimeout:
		return true
	}
	return false
}

// isTransientFailure says whether a connection that failed like this may come about, or stay, next
// time.
func (c *Client) isTransientFailure(err error) bool {
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var alert tls.AlertError
	if errors.As(err, &certificate) || errors.As(err, &notTLS) || errors.As(err, &alert) ||
		errors.Is(err, http.ErrSchemeMismatch) {
		return false
	}
	// A server that has never answered is misspelt or not running, rather than restarting: to wait
	// for minutes before saying so would help nobody.
	var failed *net.OpError
	if errors.As(err, &failed) && failed.Op == "dial" {
		return c.answered.Load()
	}
	return true
}

// retryAfter reads the header of that name: seconds or a date (RFC 9110, section 10.2.3).
func retryAfter(header http.Header) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return time.Until(date)
	}
	return 0
}
