package api

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// limited is how long requests have waited because the server limits how many the key may send.
type limited struct {
	waited atomic.Int64
}

// note takes down that a request waits, if that is because of the limit.
func (l *limited) note(ctx context.Context, err error, wait time.Duration) {
	if !isLimited(err) {
		return
	}
	l.waited.Add(int64(wait))
	tflog.Info(ctx, "SignalCraft limits how many requests this key may send; waiting", map[string]any{
		"seconds": wait.Seconds(),
	})
}

func isLimited(err error) bool {
	var problem *Problem
	var foreign *ForeignAnswerError
	return errors.As(err, &problem) && problem.Status == http.StatusTooManyRequests ||
		errors.As(err, &foreign) && foreign.Status == http.StatusTooManyRequests
}

// Limited is how long requests have waited so far, all together, because the server limits how many
// this key may send.
func (c *Client) Limited() time.Duration {
	return time.Duration(c.limited.waited.Load())
}
