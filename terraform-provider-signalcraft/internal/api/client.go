package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	manager    = "terraform"
	tryTimeout = time.Minute
	// A list page of 1,000 resources is at most this large, with room to spare.
	maxAnswer = 256 << 20
)

// Settings say which API to speak to, and how.
type Settings struct {
	Endpoint string
	Key      string
	// Exchange is how to get a key where none is set.
	Exchange *Exchange
	// Source is where the configuration lives, a URL; it is kept with what is written.
	Source string
	// TakeOver writes to resources that another manager last wrote.
	TakeOver bool
	// Authorities are the certificate authorities to trust; nil for the machine's.
	Authorities    *x509.CertPool
	MaxConcurrency int
	RetryTimeout   time.Duration
	UserAgent      string
}

// Client sends requests on behalf of one API key.
type Client struct {
	endpoint     string
	header       http.Header
	credential   credential
	takeOver     bool
	retryTimeout time.Duration
	http         *http.Client
	slots        chan struct{}
	answered     atomic.Bool
	// writing is set when the first write begins: what was read or checked before may be out of date
	// from then on. Terraform plans and applies in separate provider processes, so this costs little.
	writing atomic.Bool
	reads   reads
	checks  checks
	limited limited
}

// NewClient returns a client with these settings. It sends nothing yet.
func NewClient(settings Settings) *Client {
	header := http.Header{}
	header.Set("Accept", "application/json, application/problem+json")
	header.Set("User-Agent", settings.UserAgent)
	header.Set("SignalCraft-Manager", manager)
	if settings.Source != "" {
		header.Set("SignalCraft-Source", settings.Source)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = settings.MaxConcurrency
	transport.TLSClientConfig = &tls.Config{RootCAs: settings.Authorities, MinVersion: tls.VersionTLS12}
	sender := &http.Client{
		Transport: transport,
		Timeout:   tryTimeout,
		// Redirects aren't followed: the key is only sent to the endpoint that was set.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var key credential = storedKey(settings.Key)
	if settings.Exchange != nil {
		key = &exchangedKey{
			Exchange: *settings.Exchange, endpoint: settings.Endpoint, http: sender, now: time.Now,
		}
	}
	return &Client{
		endpoint:     settings.Endpoint,
		credential:   key,
		header:       header,
		takeOver:     settings.TakeOver,
		retryTimeout: settings.RetryTimeout,
		http:         sender,
		slots:        make(chan struct{}, settings.MaxConcurrency),
	}
}

// WhoAmI returns the service account and the workspace that the key belongs to.
func (c *Client) WhoAmI(ctx context.Context) (WhoAmI, error) {
	var identity WhoAmI
	answer, err := c.sendWithin(ctx, min(c.retryTimeout, firstContact),
		request{method: http.MethodGet, path: "/v1/whoami"})
	if err != nil {
		return identity, err
	}
	return identity, answer.decode(&identity)
}

// request is what is sent, and sent again where it fails for a while.
type request struct {
	method string
	path   string
	query  url.Values
	header http.Header
	body   []byte
}

// writes says whether the request changes something.
func (r request) writes() bool {
	return r.method != http.MethodGet && r.path != validatePath
}

// answer is a successful response.
type answer struct {
	status int
	header http.Header
	body   []byte
	// repeated says that an earlier try may have been carried out.
	repeated bool
}

func (a *answer) decode(into any) error {
	if err := json.Unmarshal(a.body, into); err != nil {
		return fmt.Errorf("the answer can't be read: %w", err)
	}
	return nil
}

// send returns the answer to a request that succeeded. With an error it still returns an answer,
// of which only repeated means something.
func (c *Client) send(ctx context.Context, request request) (*answer, error) {
	return c.sendWithin(ctx, c.retryTimeout, request)
}

func (c *Client) sendWithin(
	ctx context.Context, within time.Duration, request request,
) (*answer, error) {
	last := c.untilAnswered(ctx, within, func(ctx context.Context) try { return c.attempt(ctx, request) })
	if last.err == nil {
		return &answer{last.response.StatusCode, last.response.Header, last.body, last.repeated}, nil
	}
	if last.maybeApplied || last.repeated && last.again {
		last.err = &UnknownOutcomeError{last.err}
	}
	return &answer{repeated: last.repeated}, last.err
}

func (c *Client) attempt(ctx context.Context, request request) try {
	if ctx.Err() != nil {
		return try{err: ctx.Err()}
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return try{err: ctx.Err()}
	}
	if request.writes() {
		// An interrupt ends what waits, not what is under way: a write that is carried out unheard
		// would be missing in Terraform's state.
		ctx = context.WithoutCancel(ctx)
	}
	key, failed := c.credential.current(ctx)
	if failed != nil {
		return *failed
	}
	sent, err := c.httpRequest(ctx, request)
	if err != nil {
		return try{err: err}
	}
	sent.Header.Set("Authorization", "Bearer "+key)
	response, err := c.http.Do(sent)
	if err != nil {
		return try{
			err: &UnreachableError{err}, again: c.isTransientFailure(err),
			maybeApplied: request.writes() && !isTLSFailure(err) && !isDialFailure(err),
		}
	}
	defer response.Body.Close()
	c.answered.Store(true)
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return try{err: &UnreachableError{err}, again: true, maybeApplied: request.writes()}
	}
	tflog.Debug(ctx, "SignalCraft answered", map[string]any{
		"method": request.method, "path": request.path, "status": response.StatusCode,
		"request_id": response.Header.Get("X-Request-Id"),
	})
	err = refusal(response, body)
	if err == nil && isCutOff(response, body) {
		return try{
			err: &UnreachableError{io.ErrUnexpectedEOF}, again: true, maybeApplied: request.writes(),
		}
	}
	if err == nil {
		return try{response: response, body: body}
	}
	return try{
		err: err, again: isTransient(response), notBefore: retryAfter(response.Header),
		maybeApplied: request.writes() && isMaybeApplied(response.StatusCode, err),
	}
}

func (c *Client) httpRequest(ctx context.Context, request request) (*http.Request, error) {
	address := c.endpoint + request.path
	if len(request.query) > 0 {
		address += "?" + request.query.Encode()
	}
	sent, err := http.NewRequestWithContext(ctx, request.method, address, bytes.NewReader(request.body))
	if err != nil {
		return nil, err
	}
	sent.Header = c.header.Clone()
	for name, values := range request.header {
		sent.Header[name] = values
	}
	if request.body != nil {
		sent.Header.Set("Content-Type", "application/json")
	}
	return sent, nil
}

// idempotencyKey is new each time: a request that is tried again carries the same one.
func idempotencyKey() string {
	return rand.Text()
}
