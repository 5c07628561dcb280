// Command inmemory is the least that a provider can do: the escalation policies of the real one,
// with its schema, but no server and no work. What Terraform and its framework cost is what a plan
// with it costs.
package main

import (
	"context"
	"crypto/rand"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	signalcraft "github.com/signalcraft/terraform-provider-signalcraft/internal/provider"
)

func main() {
	err := providerserver.Serve(context.Background(),
		func() provider.Provider { return inMemory{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/signalcraft/signalcraft"})
	if err != nil {
		log.Fatal(err)
	}
}

type inMemory struct{}

func (inMemory) Metadata(
	_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse,
) {
	response.TypeName = "signalcraft"
}

func (inMemory) Schema(
	_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse,
) {
	response.Schema = schema.Schema{}
}

func (inMemory) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (inMemory) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (inMemory) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return policy{} }}
}

type policy struct{}

func (policy) Metadata(
	_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse,
) {
	response.TypeName = "signalcraft_escalation_policy"
}

func (policy) Schema(
	_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse,
) {
	response.Schema = signalcraft.EscalationPolicySchema()
}

func (policy) Create(
	ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse,
) {
	response.State.Raw = request.Plan.Raw
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("id"), rand.Text())...)
}

func (policy) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (policy) Update(
	_ context.Context, request resource.UpdateRequest, response *resource.UpdateResponse,
) {
	response.State.Raw = request.Plan.Raw
}

func (policy) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
