package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// apiKeyMaterial generates a key's secret locally, so that a plan creates nothing on the server.
type apiKeyMaterial struct{}

func newAPIKeyMaterial() ephemeral.EphemeralResource {
	return apiKeyMaterial{}
}

func (apiKeyMaterial) Metadata(
	_ context.Context, _ ephemeral.MetadataRequest, response *ephemeral.MetadataResponse,
) {
	response.TypeName = "signalcraft_api_key_material"
}

func (apiKeyMaterial) Schema(
	_ context.Context, _ ephemeral.SchemaRequest, response *ephemeral.SchemaResponse,
) {
	response.Schema = schema.Schema{
		MarkdownDescription: "A new secret for an API key, generated on this machine in every run. It " +
			"is never stored in a plan or a state. It becomes a key when `signalcraft_service_account_key` " +
			"is created with it; write it to a secret store in the same run.",
		Attributes: map[string]schema.Attribute{
			"secret": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "The secret (`sck_` and 42 characters).",
			},
		},
	}
}

func (apiKeyMaterial) Open(
	ctx context.Context, _ ephemeral.OpenRequest, response *ephemeral.OpenResponse,
) {
	secret, err := newAPIKeySecret()
	if err != nil {
		response.Diagnostics.AddError("No secret could be made", err.Error())
		return
	}
	response.Diagnostics.Append(response.Result.SetAttribute(ctx, path.Root("secret"), secret)...)
}
