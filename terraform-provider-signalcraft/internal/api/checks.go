package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	// checkedTogether is as many bodies as the API looks at in one request, and checkedBytes keeps
	// that request well below the size that it takes.
	checkedTogether = 100
	checkedBytes    = 512 << 10
	// gatherWithin is how long a candidate waits at most for others to be asked about with it: Terraform
	// takes some 50 ms to get to ten of them.
	gatherWithin = 100 * time.Millisecond
	validatePath = "/v1/validate"
)

// Candidate is what a resource would be: the one with the id, or a new one if that is empty. Without
// a body it is the deletion of the one with the id.
type Candidate struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
	Body any    `json:"body"`
	// Unknown are JSON pointers to what isn't known yet in the body.
	Unknown []string `json:"unknown,omitempty"`
	// Replaces is the id of the resource that is deleted in exchange for this new one.
	Replaces string `json:"replaces,omitempty"`
	// Planned are other changes of the same plan, which the body is checked as if made.
	Planned []Candidate `json:"-"`
}

// checks asks about candidates together: while a request is under way, the next one's gather. Terraform
// plans so many resources at once, and each waits for its answer: once that many wait, no more come.
type checks struct {
	mu      sync.Mutex
	waiting []*check
	asking  bool
	// asked is how many the request under way is about, and most how many have ever waited for an answer
	// at once.
	asked, most int
	// askedAny says that most is known from experience.
	askedAny bool
	// another is signalled when one more waits.
	another chan struct{}
	// failed is why no more is asked.
	failed error
}

// check is a candidate that waits for what there is to say of it.
type check struct {
	candidate json.RawMessage
	planned   []Candidate
	// answered is closed when result and err are set.
	answered chan struct{}
	result   ValidationResult
	err      error
}

// Check returns what there is to say of a candidate before it is written. Of one that comes after
// the first write it is nothing: what that write changes would be left out, and each write says it
// by itself. After a request has failed, every later check fails in the same way.
func (c *Client) Check(ctx context.Context, candidate Candidate) (ValidationResult, error) {
	text, err := json.Marshal(candidate)
	if err != nil {
		return ValidationResult{}, err
	}
	one := &check{candidate: text, planned: candidate.Planned, answered: make(chan struct{})}
	c.checks.mu.Lock()
	c.checks.add(one)
	if !c.checks.asking {
		c.checks.asking = true
		// Others' candidates are asked about too: this outlives the one that it began with.
		go c.checkAll(context.WithoutCancel(ctx))
	}
	c.checks.mu.Unlock()
	select {
	case <-one.answered:
		return one.result, one.err
	case <-ctx.Done():
		return ValidationResult{}, ctx.Err()
	}
}

// checkAll asks until no candidate waits any more.
func (c *Client) checkAll(ctx context.Context) {
	for {
		if !c.writing.Load() {
			c.checks.gather()
		}
		together := c.checks.next()
		if together == nil {
			return
		}
		err := c.checks.failed
		if err == nil && !c.writing.Load() {
			err = c.checkTogether(ctx, together)
		}
		c.checks.failed = err
		c.checks.answer()
		for _, one := range together {
			one.err = err
			close(one.answered)
		}
	}
}

// add has a candidate wait; the lock is held.
func (c *checks) add(one *check) {
	if c.another == nil {
		c.another = make(chan struct{}, 1)
	}
	c.waiting = append(c.waiting, one)
	c.most = max(c.most, c.asked+len(c.waiting))
	select {
	case c.another <- struct{}{}:
	default:
	}
}

// gather waits until no more candidates are expected, but not for long.
func (c *checks) gather() {
	late := time.After(gatherWithin)
	for !c.areAllWaiting() {
		select {
		case <-c.another:
		case <-late:
			return
		}
	}
}

// areAllWaiting says whether as many wait as can be expected; none at all ends the asking. How many
// that is, the first one doesn't know.
func (c *checks) areAllWaiting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waiting) == 0 || c.askedAny && len(c.waiting) >= min(c.most, checkedTogether)
}

// answer notes that the request is answered, before anybody who waits for that can ask again.
func (c *checks) answer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = 0
}

// next takes those that are asked about in one request; none ends the asking.
func (c *checks) next() []*check {
	c.mu.Lock()
	defer c.mu.Unlock()
	var size, count int
	for _, one := range c.waiting {
		size += len(one.candidate)
		if count == checkedTogether || (count > 0 && size > checkedBytes) {
			break
		}
		count++
	}
	together := c.waiting[:count:count]
	c.waiting = c.waiting[count:]
	c.asking = count > 0
	c.asked, c.askedAny = count, true
	if count == 0 {
		return nil
	}
	return together
}

func (c *Client) checkTogether(ctx context.Context, together []*check) error {
	var body struct {
		Items   []json.RawMessage `json:"items"`
		Planned []Candidate       `json:"planned,omitempty"`
	}
	known := map[string]bool{}
	for _, one := range together {
		body.Items = append(body.Items, one.candidate)
		for _, planned := range one.planned {
			if !known[planned.ID] && len(body.Planned) < checkedTogether {
				known[planned.ID] = true
				body.Planned = append(body.Planned, planned)
			}
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	asked := request{method: http.MethodPost, path: validatePath, body: text}
	if c.takeOver {
		asked.query = url.Values{"force": {"true"}}
	}
	answer, err := c.send(ctx, asked)
	if err != nil {
		return err
	}
	var results ValidationResults
	if err := answer.decode(&results); err != nil {
		return err
	}
	if len(results.Items) != len(together) {
		return errors.New("the answer is not about every body that was asked about")
	}
	for i, one := range together {
		one.result = results.Items[i]
	}
	return nil
}
