package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
)

// What belongs to a resource (its keys, its overrides) has neither a version nor a manager, so it is
// written without If-Match and without force.

// Post makes something in a collection that belongs to a resource, and reads the answer into result.
func (c *Client) Post(ctx context.Context, path string, body, result any) error {
	header := http.Header{"Idempotency-Key": {idempotencyKey()}}
	return c.exchange(ctx, request{method: http.MethodPost, path: path, header: header}, body, result)
}

// Put replaces something that belongs to a resource.
func (c *Client) Put(ctx context.Context, path string, body, result any) error {
	return c.exchange(ctx, request{method: http.MethodPut, path: path}, body, result)
}

// Remove deletes something that belongs to a resource; where it is gone already, that is no error.
func (c *Client) Remove(ctx context.Context, path string) error {
	c.writing.Store(true)
	_, err := c.send(ctx, request{method: http.MethodDelete, path: path})
	var problem *Problem
	if errors.As(err, &problem) && problem.Slug() == NotFound {
		return nil
	}
	return err
}

func (c *Client) exchange(ctx context.Context, sent request, body, result any) error {
	c.writing.Store(true)
	var err error
	if sent.body, err = json.Marshal(body); err != nil {
		return err
	}
	answer, err := c.send(ctx, sent)
	if err != nil {
		return err
	}
	return answer.decode(result)
}

// OverridesPath is where a schedule's overrides are.
func OverridesPath(schedule string) string {
	return "/v1/schedules/" + url.PathEscape(schedule) + "/overrides"
}

// KeysPath is where a service account's keys are.
func KeysPath(account string) string {
	return "/v1/service-accounts/" + url.PathEscape(account) + "/keys"
}

// Override reads an override of a schedule.
func (c *Client) Override(ctx context.Context, schedule, id string) (StoredScheduleOverride, error) {
	var override StoredScheduleOverride
	answer, err := c.send(ctx, request{
		method: http.MethodGet, path: OverridesPath(schedule) + "/" + url.PathEscape(id),
	})
	if err != nil {
		return override, err
	}
	return override, answer.decode(&override)
}

// Key reads a key of a service account; nil where the account has none with this id.
func (c *Client) Key(ctx context.Context, account, id string) (*APIKey, error) {
	answer, err := c.send(ctx, request{method: http.MethodGet, path: KeysPath(account)})
	if err != nil {
		return nil, err
	}
	var list struct {
		Items []APIKey `json:"items"`
	}
	if err := answer.decode(&list); err != nil {
		return nil, err
	}
	for _, key := range list.Items {
		if key.ID == id {
			return &key, nil
		}
	}
	return nil, nil
}
