package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

// podToken is where a pod's projected service account token is looked for.
const podToken = "/var/run/secrets/signalcraft.io/serviceaccount/token"

// Identity supplies the token with which a CI job or a pod proves what it is.
type Identity interface {
	// Token returns a token for an audience, requested or read each time.
	Token(ctx context.Context, audience string) (string, error)
}

// FindIdentity returns what is named in the environment, or else what the platform offers; nil if
// there is nothing.
func FindIdentity(variable func(string) string) Identity {
	if file := variable("SIGNALCRAFT_ID_TOKEN_FILE"); file != "" {
		return fileIdentity(file)
	}
	if token := variable("SIGNALCRAFT_ID_TOKEN"); token != "" {
		return fixedIdentity(token)
	}
	address, bearer := variable("ACTIONS_ID_TOKEN_REQUEST_URL"), variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
	if address != "" && bearer != "" {
		return githubIdentity{address, bearer}
	}
	if variable("BUILDKITE_AGENT_ACCESS_TOKEN") != "" {
		return buildkiteIdentity("buildkite-agent")
	}
	if _, err := os.Stat(podToken); err == nil {
		return fileIdentity(podToken)
	}
	return nil
}

// fileIdentity is the name of a file whose token the platform replaces before it expires.
type fileIdentity string

func (file fileIdentity) Token(context.Context, string) (string, error) {
	token, err := os.ReadFile(string(file))
	if err != nil {
		return "", fmt.Errorf("no token: %w", err)
	}
	return strings.TrimSpace(string(token)), nil
}

// fixedIdentity is a token that a job is given once, such as GitLab's id_tokens.
type fixedIdentity string

func (token fixedIdentity) Token(context.Context, string) (string, error) {
	return string(token), nil
}

// githubIdentity is a job of GitHub Actions with the permission id-token: write.
type githubIdentity struct {
	address, bearer string
}

func (g githubIdentity) Token(ctx context.Context, audience string) (string, error) {
	address, err := url.Parse(g.address)
	if err != nil {
		return "", errors.New("ACTIONS_ID_TOKEN_REQUEST_URL is not a URL")
	}
	query := address.Query()
	query.Set("audience", audience)
	address.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return "", errors.New("ACTIONS_ID_TOKEN_REQUEST_URL is not a URL")
	}
	request.Header.Set("Authorization", "Bearer "+g.bearer)
	response, err := (&http.Client{Timeout: tryTimeout}).Do(request)
	if err != nil {
		return "", &UnreachableError{err}
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("GitHub gives this job no token: it answered %s", response.Status)
	}
	var issued struct{ Value string }
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&issued); err != nil || issued.Value == "" {
		return "", errors.New("GitHub gives this job no token: its answer has none")
	}
	return issued.Value, nil
}

// buildkiteIdentity is the agent that requests tokens for its job.
type buildkiteIdentity string

func (agent buildkiteIdentity) Token(ctx context.Context, audience string) (string, error) {
	// Trusts pin the organization's id, which tokens have only if it is asked for.
	token, err := exec.CommandContext(ctx, string(agent), "oidc", "request-token",
		"--audience", audience, "--claim", "organization_id").Output()
	if err != nil {
		return "", fmt.Errorf("buildkite-agent gives this job no token: %w", err)
	}
	return strings.TrimSpace(string(token)), nil
}
