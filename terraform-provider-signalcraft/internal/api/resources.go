package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
)

const pageSize = 1000

// Edition identifies one state of a resource. A version alone isn't enough: after a database was
// restored from a backup, the same version may have other contents.
type Edition struct {
	ID        string `json:"id"`
	Version   int64  `json:"version"`
	UpdatedAt string `json:"updated_at"`
}

// Object is a resource as the API holds it.
type Object struct {
	Edition
	name, email string
	markedAt    *string
	text        json.RawMessage
}

// UnmarshalJSON keeps the text, of which most is never decoded: what hasn't changed since it was
// last read is known already.
func (o *Object) UnmarshalJSON(text []byte) error {
	read := struct {
		*Edition
		Name  *string `json:"name"`
		Email *string `json:"email"`
		// DeletionRequestedAt is null for nearly all resources.
		DeletionRequestedAt **string `json:"deletion_requested_at"`
	}{&o.Edition, &o.name, &o.email, &o.markedAt}
	o.text = bytes.Clone(text)
	return json.Unmarshal(text, &read)
}

// NaturalKey is what the resource is called: its email if that is the key of its kind, or its name.
func (o *Object) NaturalKey(key string) string {
	if key == "email" {
		return o.email
	}
	return o.name
}

// IsMarked says whether the resource is deleted as soon as nothing refers to it.
func (o *Object) IsMarked() bool {
	return o.markedAt != nil
}

// Decode reads the resource into a body's type.
func (o *Object) Decode(into any) error {
	return json.Unmarshal(o.text, into)
}

// says reports whether the resource is what this body, a pointer, asks for.
func (o *Object) says(body any) bool {
	stored := reflect.New(reflect.TypeOf(body).Elem()).Interface()
	if o.Decode(stored) != nil {
		return false
	}
	have, err := json.Marshal(stored)
	if err != nil {
		return false
	}
	want, err := json.Marshal(body)
	return err == nil && bytes.Equal(have, want)
}

// Written is the result of a write: the resource, and the warnings about it.
type Written struct {
	Object
	Warnings []ProblemError
}

// Get reads the resource at a path.
func (c *Client) Get(ctx context.Context, path string) (*Object, error) {
	answer, err := c.send(ctx, request{method: http.MethodGet, path: path})
	if err != nil {
		return nil, err
	}
	object := new(Object)
	return object, answer.decode(object)
}

// Find returns the resources of a collection whose natural key, `name` or `email`, is this one: more
// than one while a name is shared, or where some are marked for deletion.
func (c *Client) Find(ctx context.Context, collection, key, value string) ([]Object, error) {
	page, err := c.page(ctx, collection, url.Values{key: {value}})
	return page.Items, err
}

type page struct {
	Items      []Object `json:"items"`
	NextCursor *string  `json:"next_cursor"`
}

func (c *Client) page(ctx context.Context, collection string, query url.Values) (page, error) {
	var page page
	answer, err := c.send(ctx, request{method: http.MethodGet, path: collection, query: query})
	if err != nil {
		return page, err
	}
	return page, answer.decode(&page)
}

// Create adds a resource to a collection. A name that is taken is an error: nothing is adopted.
func (c *Client) Create(ctx context.Context, collection string, body any) (*Written, error) {
	request, err := c.write(http.MethodPost, collection, body)
	if err != nil {
		return nil, err
	}
	request.header.Set("Idempotency-Key", idempotencyKey())
	answer, err := c.send(ctx, request)
	if err != nil {
		return nil, err
	}
	return answer.written()
}

// Replace makes the resource at a path what the body, a pointer, says. Known is the edition that the
// change was decided on; one without a version stands for any.
func (c *Client) Replace(ctx context.Context, path string, known Edition, body any) (*Written, error) {
	request, err := c.write(http.MethodPut, path, body)
	if err != nil {
		return nil, err
	}
	request.ifMatch(known)
	answer, err := c.send(ctx, request)
	var problem *Problem
	if answer.repeated && errors.As(err, &problem) && problem.Slug() == VersionMismatch {
		// An earlier try may have made the change, and its answer may have been lost.
		if now, getErr := c.Get(ctx, path); getErr == nil && now.says(body) {
			return &Written{Object: *now}, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return answer.written()
}

// Delete removes the resource at a path. While others refer to it, it is only marked for deletion,
// which happens with the last reference: then what it waits for is returned. Known is the edition that
// the deletion was decided on; one without a version stands for any. Marking keeps the version, and
// cancelling that raises it: so a delete that is tried again after its answer was lost never removes
// what somebody has kept since.
func (c *Client) Delete(ctx context.Context, path string, known Edition) (*Pending, error) {
	request, err := c.write(http.MethodDelete, path, nil)
	if err != nil {
		return nil, err
	}
	request.ifMatch(known)
	request.query.Set("when_unreferenced", "true")
	answer, err := c.send(ctx, request)
	var problem *Problem
	if errors.As(err, &problem) && problem.Slug() == NotFound {
		return nil, nil
	}
	if err != nil || answer.status != http.StatusAccepted {
		return nil, err
	}
	pending := new(Pending)
	return pending, answer.decode(pending)
}

// write prepares a request that changes something; what was read before is no longer used.
func (c *Client) write(method, path string, body any) (request, error) {
	c.writing.Store(true)
	prepared := request{method: method, path: path, query: url.Values{}, header: http.Header{}}
	if c.takeOver && method != http.MethodPost {
		prepared.query.Set("force", "true")
	}
	if body == nil {
		return prepared, nil
	}
	var err error
	prepared.body, err = json.Marshal(body)
	return prepared, err
}

// ifMatch has the request carried out only while the resource is at this edition; one without a
// version stands for any.
func (r *request) ifMatch(known Edition) {
	if known.Version > 0 {
		r.header.Set("If-Match", fmt.Sprintf("%q", known.ID+"."+strconv.FormatInt(known.Version, 10)))
	}
}

func (a *answer) written() (*Written, error) {
	written := new(Written)
	if err := a.decode(&written.Object); err != nil {
		return nil, err
	}
	if text := a.header.Get("SignalCraft-Warnings"); text != "" {
		if err := json.Unmarshal([]byte(text), &written.Warnings); err != nil {
			return nil, fmt.Errorf("the header SignalCraft-Warnings can't be read: %w", err)
		}
	}
	return written, nil
}
