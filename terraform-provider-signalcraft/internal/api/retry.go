package api

import (
	"context"
	"crypto/tls"
	"encoding/json"
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
	// again says whether the same request may succeed later, and notBefore how long the server asks to
	// be left alone until then.
	again     bool
	notBefore time.Duration
	// maybeApplied says that the attempt failed, and the server may have carried the request out all
	// the same.
	maybeApplied bool
}

// outcome is the last try, and what to know of those before it.
type outcome struct {
	try
	tries int
	// repeated says that an earlier try may have been carried out.
	repeated bool
}

const (
	// firstContact is for how long the first request is tried: nothing is under way yet that could
	// break off, and Terraform shows nothing while a provider waits for its server.
	firstContact = 20 * time.Second
	// triesInDoubt is how often at least a request is sent that may have been carried out: each of
	// ours is safe to repeat, and the answer says what there is.
	triesInDoubt = 3
	// afterInterrupt is how long an interrupted run goes on asking what became of a request. Without
	// the answer, Terraform's state would lack what was created.
	afterInterrupt = 15 * time.Second
)

// untilAnswered makes attempts until one is no reason to try again, or time is up. A run that is
// interrupted goes on only with what may have been carried out.
func (c *Client) untilAnswered(
	ctx context.Context, within time.Duration, attempt func(context.Context) try,
) outcome {
	started := time.Now()
	deadline := started.Add(within)
	var inDoubt bool
	for tries := 1; ; tries++ {
		last := outcome{attempt(ctx), tries, inDoubt}
		inDoubt = inDoubt || last.maybeApplied
		if !last.again && (!last.maybeApplied || tries >= triesInDoubt) {
			return last
		}
		wait := max(pause(tries), last.notBefore+rand.N(firstPause))
		if time.Now().Add(wait).After(deadline) {
			last.err = &GaveUpError{tries, time.Since(started), last.err}
			return last
		}
		c.limited.note(ctx, last.err, wait)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		if ctx.Err() == nil {
			continue
		}
		if !inDoubt {
			return last
		}
		ctx = context.WithoutCancel(ctx)
		deadline = earlier(deadline, time.Now().Add(afterInterrupt))
	}
}

func earlier(one, other time.Time) time.Time {
	if other.Before(one) {
		return other
	}
	return one
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

// isTLSFailure says whether a connection failed because the two ends don't agree on TLS.
func isTLSFailure(err error) bool {
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &certificate) || errors.As(err, &notTLS) || errors.As(err, &alert) ||
		errors.Is(err, http.ErrSchemeMismatch)
}

// isDialFailure says whether no connection could be made.
func isDialFailure(err error) bool {
	var failed *net.OpError
	return errors.As(err, &failed) && failed.Op == "dial"
}

// isMaybeApplied says whether the server may have carried out a request that it answered like this:
// it says so itself, or a proxy in between doesn't know.
func isMaybeApplied(status int, refusal error) bool {
	var problem *Problem
	if errors.As(refusal, &problem) {
		return problem.MayBeApplied != nil && *problem.MayBeApplied
	}
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// isCutOff says whether an answer of an unknown length ends too early.
func isCutOff(response *http.Response, body []byte) bool {
	return response.ContentLength < 0 && len(body) > 0 && !json.Valid(body)
}

// isTransientFailure says whether another attempt may succeed after a connection failed like this.
func (c *Client) isTransientFailure(err error) bool {
	if isTLSFailure(err) {
		return false
	}
	// A server that has never answered is more likely misspelt or not running than restarting: fail at
	// once instead of after minutes.
	if isDialFailure(err) {
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
