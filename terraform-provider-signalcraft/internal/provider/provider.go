// Package provider is SignalCraft's Terraform provider.
package provider

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

const (
	endpointVariable = "SIGNALCRAFT_ENDPOINT"
	keyVariable      = "SIGNALCRAFT_API_KEY"
	trustVariable    = "SIGNALCRAFT_TRUST"
	audienceVariable = "SIGNALCRAFT_AUDIENCE"
	endpointSetting  = "endpoint in the provider block, or " + endpointVariable
	keySetting       = "api_key in the provider block, or " + keyVariable

	defaultConcurrency  = 20
	defaultRetryTimeout = 5 * time.Minute
)

// Go generates package after package in the order of their paths: what the documentation is made
// from (internal/api) is up to date by then.
//go:generate go run -C ../../tools github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs generate --provider-dir .. --provider-name signalcraft
//go:generate go run -C ../../tools ./requiredblocks

type signalcraft struct {
	version string
	// session is nil until the provider is configured.
	session atomic.Pointer[session]
}

type configuration struct {
	Endpoint       types.String `tfsdk:"endpoint"`
	APIKey         types.String `tfsdk:"api_key"`
	TrustID        types.String `tfsdk:"trust_id"`
	Audience       types.String `tfsdk:"audience"`
	WorkspaceID    types.String `tfsdk:"workspace_id"`
	CACertificate  types.String `tfsdk:"ca_certificate"`
	SourceURL      types.String `tfsdk:"source_url"`
	MaxConcurrency types.Int64  `tfsdk:"max_concurrency"`
	RetryTimeout   types.String `tfsdk:"retry_timeout"`
	TakeOver       types.Bool   `tfsdk:"take_over"`
}

func (p *signalcraft) Metadata(
	_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse,
) {
	response.TypeName = "signalcraft"
	response.Version = p.version
}

func (p *signalcraft) Schema(
	_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse,
) {
	response.Schema = schema.Schema{
		MarkdownDescription: "On-call and alert routing as code: users, teams, schedules, escalation " +
			"policies and routing rules.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Address of the SignalCraft server, such as " +
					"`https://signalcraft.example.com`. Can also be set as `" + endpointVariable +
					"` in the environment.",
			},
			"api_key": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "API key of the service account that Terraform uses. To keep it " +
					"out of the configuration, set `" + keyVariable + "` in the environment.",
			},
			"trust_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Id of a `signalcraft_service_account_trust` (`trust_…`): instead of " +
					"a stored key, the token of the CI job or the pod in which Terraform runs is exchanged " +
					"for one. Can also be set as `" + trustVariable + "` in the environment. An " +
					"`api_key` takes precedence.",
			},
			"audience": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The audience that the trust expects of tokens. Default: the " +
					"`endpoint`. Can also be set as `" + audienceVariable + "` in the environment.",
			},
			"workspace_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Id of the workspace (`ws_…`) that this configuration is for. With " +
					"the key of another workspace, nothing is planned or applied.",
			},
			"ca_certificate": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Certificates (PEM) of the authorities to trust instead of the " +
					"machine's, for a server with a private CA: `file(\"ca.pem\")`.",
			},
			"source_url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "URL of this configuration's repository. It is stored with every " +
					"resource that is written, so that others can find the code that manages it.",
			},
			"max_concurrency": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf(
					"Number of concurrent requests. Default: `%d`.", defaultConcurrency),
				Validators: []validator.Int64{int64validator.Between(1, 1000)},
			},
			"retry_timeout": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How long to retry a request while the server is busy or doesn't " +
					"respond: `30s`, `10m`. Default: `5m`. The first request is retried for at most `20s`.",
			},
			"take_over": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to write to resources that another tool manages, and " +
					"manage them from then on. Default: `false`.",
			},
		},
	}
}

func (p *signalcraft) Configure(
	ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse,
) {
	var configured configuration
	response.Diagnostics.Append(request.Config.Get(ctx, &configured)...)
	if response.Diagnostics.HasError() {
		return
	}
	settings, diagnostics := configured.settings()
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() {
		return
	}
	settings.UserAgent = fmt.Sprintf("terraform-provider-signalcraft/%s terraform/%s",
		p.version, request.TerraformVersion)
	opened := &session{
		client: api.NewClient(settings), endpoint: settings.Endpoint, version: p.version,
	}
	if settings.Exchange == nil {
		opened.keyHint = keyHint(settings.Key)
	}
	identity, err := opened.client.WhoAmI(ctx)
	if err != nil {
		response.Diagnostics.Append(opened.explain(err).diagnostic())
		return
	}
	opened.identity = identity
	if meant := configured.WorkspaceID.ValueString(); meant != "" && meant != identity.WorkspaceID {
		response.Diagnostics.AddAttributeError(
			path.Root("workspace_id"),
			"This is another workspace's API key",
			fmt.Sprintf("The configuration is meant for the workspace %s, but the key belongs to %q "+
				"(%s). Nothing was read or written. Set the right key (%s), or correct workspace_id.",
				meant, identity.WorkspaceName, identity.WorkspaceID, keySetting),
		)
		return
	}
	p.session.Store(opened)
	response.ResourceData = opened
	response.DataSourceData = opened
	response.EphemeralResourceData = opened
	response.ListResourceData = opened
}

// settings reads the provider block, and the environment for what it leaves out.
func (c configuration) settings() (api.Settings, diag.Diagnostics) {
	diagnostics := c.unknown()
	if diagnostics.HasError() {
		return api.Settings{}, diagnostics
	}
	settings := api.Settings{
		Endpoint:       strings.TrimSuffix(orVariable(c.Endpoint, endpointVariable), "/"),
		Key:            strings.TrimSpace(orVariable(c.APIKey, keyVariable)),
		Source:         c.SourceURL.ValueString(),
		TakeOver:       c.TakeOver.ValueBool(),
		MaxConcurrency: defaultConcurrency,
		RetryTimeout:   defaultRetryTimeout,
	}
	if message := endpointMistake(settings.Endpoint); message != "" {
		diagnostics.AddError("No usable endpoint", message)
	}
	if settings.Key == "" {
		exchange, missing := c.exchange(settings.Endpoint)
		if missing != "" {
			diagnostics.AddError("No API key", missing)
		}
		settings.Exchange = exchange
	}
	if !c.MaxConcurrency.IsNull() {
		settings.MaxConcurrency = int(c.MaxConcurrency.ValueInt64())
	}
	if text := c.RetryTimeout.ValueString(); text != "" {
		timeout, err := time.ParseDuration(text)
		if err != nil || timeout < 0 {
			diagnostics.AddAttributeError(path.Root("retry_timeout"), "Not a duration",
				fmt.Sprintf("Write %q as a number and a unit: 30s, 5m, 1h.", text))
		}
		settings.RetryTimeout = timeout
	}
	if certificates := c.CACertificate.ValueString(); certificates != "" {
		settings.Authorities = x509.NewCertPool()
		if !settings.Authorities.AppendCertsFromPEM([]byte(certificates)) {
			diagnostics.AddAttributeError(path.Root("ca_certificate"), "Not a certificate",
				"Write certificates in PEM, the text between BEGIN CERTIFICATE and END CERTIFICATE "+
					"lines, not the name of a file: file(\"ca.pem\").")
		}
	}
	return settings, diagnostics
}

// exchange is how to get a key for the token of a CI job or a pod; or what is missing for that.
func (c configuration) exchange(endpoint string) (*api.Exchange, string) {
	trust := orVariable(c.TrustID, trustVariable)
	if trust == "" {
		return nil, "Set one (" + keySetting + "). `signalcraft key create ACCOUNT` makes one on the " +
			"server. In a CI job or a pod, set trust_id in the provider block, or " + trustVariable +
			", instead."
	}
	identity := api.FindIdentity(os.Getenv)
	if identity == nil {
		return nil, "The trust " + trust + " needs a token, and there is none here: no " +
			"SIGNALCRAFT_ID_TOKEN_FILE or SIGNALCRAFT_ID_TOKEN, no GitHub Actions job with permissions: " +
			"id-token: write, no Buildkite job, and no projected token."
	}
	audience := orVariable(c.Audience, audienceVariable)
	if audience == "" {
		audience = endpoint
	}
	return &api.Exchange{Trust: trust, Audience: audience, Identity: identity}, ""
}

// unknown refuses settings that come from resources which this very plan would make.
func (c configuration) unknown() diag.Diagnostics {
	var diagnostics diag.Diagnostics
	for name, value := range map[string]attr.Value{
		"endpoint": c.Endpoint, "api_key": c.APIKey, "trust_id": c.TrustID, "audience": c.Audience,
		"workspace_id":   c.WorkspaceID,
		"ca_certificate": c.CACertificate, "source_url": c.SourceURL, "max_concurrency": c.MaxConcurrency,
		"retry_timeout": c.RetryTimeout, "take_over": c.TakeOver,
	} {
		if value.IsUnknown() {
			diagnostics.AddAttributeError(path.Root(name), name+" is not known yet",
				"It depends on something that doesn't exist yet. Apply that first (terraform apply "+
					"-target=…), or set a value that is known.")
		}
	}
	return diagnostics
}

func orVariable(value types.String, variable string) string {
	if !value.IsNull() {
		return value.ValueString()
	}
	return os.Getenv(variable)
}

// keyHint says in what way a text, which it doesn't repeat, isn't one of SignalCraft's API keys.
func keyHint(key string) string {
	switch {
	case strings.HasPrefix(key, "sck_"):
		return ""
	case strings.Trim(key, `"'`) != key:
		return "API keys begin with `sck_`; this one is in quotes. Remove them. "
	default:
		return "API keys begin with `sck_`, and this one doesn't: it seems to be another service's. "
	}
}

// endpointMistake says what is wrong with an endpoint, or nothing.
func endpointMistake(endpoint string) string {
	if endpoint == "" {
		return "Set one (" + endpointSetting + "), such as https://signalcraft.example.com."
	}
	address, err := url.Parse(endpoint)
	if err != nil || address.Host == "" || (address.Scheme != "https" && address.Scheme != "http") {
		return fmt.Sprintf("%q is not a web address. Use one such as https://signalcraft.example.com.",
			endpoint)
	}
	if address.User != nil || address.RawQuery != "" || address.Fragment != "" {
		return "Write only scheme, host, and perhaps port and path, such as " +
			"https://signalcraft.example.com; the key has a setting of its own (" + keySetting + ")."
	}
	if strings.HasSuffix(strings.TrimSuffix(address.Path, "/"), "/v1") {
		return "Leave /v1 off: it is added to the endpoint."
	}
	return ""
}
