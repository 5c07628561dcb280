package api

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path"
	"time"
)

// Slugs of the problems that the provider handles specially.
const (
	NotFound         = "not-found"
	Unauthenticated  = "unauthenticated"
	Forbidden        = "forbidden"
	Referenced       = "referenced"
	ManagedElsewhere = "managed-elsewhere"
	VersionMismatch  = "version-mismatch"
)

// Problem is an error response (RFC 9457).
type Problem struct {
	ProblemDocument
}

// Slug is the last part of the problem's type, which identifies it.
func (p *Problem) Slug() string {
	return path.Base(p.Type)
}

func (p *Problem) Error() string {
	return fmt.Sprintf("%s (%d): %s", p.Title, p.Status, p.Detail)
}

// ForeignAnswerError is a response that isn't SignalCraft's, such as a proxy's.
type ForeignAnswerError struct {
	Status      int
	ContentType string
	Location    string
}

func (e *ForeignAnswerError) Error() string {
	text := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	if e.Location != "" {
		return text + " to " + e.Location
	}
	return fmt.Sprintf("%s, content type %q", text, e.ContentType)
}

// UnreachableError says that there was no response.
type UnreachableError struct {
	Cause error
}

func (e *UnreachableError) Error() string { return e.Cause.Error() }
func (e *UnreachableError) Unwrap() error { return e.Cause }

// GaveUpError says that a request was tried again until there was no time left. Cause is what
// became of the last try.
type GaveUpError struct {
	Tries int
	After time.Duration
	Cause error
}

func (e *GaveUpError) Error() string {
	return fmt.Sprintf("gave up after %d tries in %s: %v", e.Tries, e.After.Round(time.Second), e.Cause)
}
func (e *GaveUpError) Unwrap() error { return e.Cause }

// UnknownOutcomeError says that a request failed which may have been carried out all the same.
type UnknownOutcomeError struct {
	Cause error
}

func (e *UnknownOutcomeError) Error() string { return e.Cause.Error() }
func (e *UnknownOutcomeError) Unwrap() error { return e.Cause }

// refusal returns the error that a response reports; nil for a success of the API.
func refusal(response *http.Response, body []byte) error {
	contentType := response.Header.Get("Content-Type")
	mediaType, _, _ := mime.ParseMediaType(contentType)
	if response.StatusCode/100 == 2 && (len(body) == 0 || mediaType == "application/json") {
		return nil
	}
	problem := new(Problem)
	if mediaType == "application/problem+json" && json.Unmarshal(body, problem) == nil {
		return problem
	}
	return &ForeignAnswerError{response.StatusCode, contentType, response.Header.Get("Location")}
}
