package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// List returns every resource of a collection, in order of id.
func (c *Client) List(ctx context.Context, collection string) ([]Object, error) {
	var all []Object
	query := url.Values{"limit": {strconv.Itoa(pageSize)}}
	for {
		page, err := c.page(ctx, collection, query)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.NextCursor == nil {
			return all, nil
		}
		query.Set("cursor", *page.NextCursor)
	}
}

// OnCall says who is on call on a schedule at an instant (RFC 3339); now if that is empty.
func (c *Client) OnCall(ctx context.Context, schedule, at string) (OnCallNow, error) {
	asked := request{
		method: http.MethodGet, path: "/v1/schedules/" + url.PathEscape(schedule) + "/on-call",
		query: url.Values{},
	}
	if at != "" {
		asked.query.Set("at", at)
	}
	var onCall OnCallNow
	answer, err := c.send(ctx, asked)
	if err != nil {
		return onCall, err
	}
	return onCall, answer.decode(&onCall)
}

// TestRouting says where an alert that opens at an instant (RFC 3339; now if it is nil) would go.
func (c *Client) TestRouting(ctx context.Context, alert Alert, at *string) (RoutingResult, error) {
	body, err := json.Marshal(struct {
		Alerts  []Alert  `json:"alerts"`
		At      *string  `json:"at,omitempty"`
		Include []string `json:"include"`
	}{[]Alert{alert}, at, []string{"people", "tried"}})
	if err != nil {
		return RoutingResult{}, err
	}
	answer, err := c.send(ctx, request{method: http.MethodPost, path: "/v1/routing/test", body: body})
	if err != nil {
		return RoutingResult{}, err
	}
	var routed struct {
		Results []RoutingResult `json:"results"`
	}
	if err := answer.decode(&routed); err != nil {
		return RoutingResult{}, err
	}
	if len(routed.Results) != 1 {
		return RoutingResult{}, fmt.Errorf("%d results came for one alert", len(routed.Results))
	}
	return routed.Results[0], nil
}
