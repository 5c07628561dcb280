package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// routingTestDataSource says where an alert would go.
type routingTestDataSource struct {
	session *session
}

// routingTest is its state.
type routingTest struct {
	Alert api.Alert `tfsdk:"alert"`
	At    *string   `tfsdk:"at"`
	api.RoutingResult
}

func newRoutingTestDataSource() datasource.DataSource {
	return &routingTestDataSource{}
}

var _ datasource.DataSourceWithConfigure = (*routingTestDataSource)(nil)

func (*routingTestDataSource) Metadata(
	_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse,
) {
	response.TypeName = "signalcraft_routing_test"
}

func (*routingTestDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse,
) {
	attributes := computed(api.Schemas["RoutingResult"])
	attributes["alert"] = schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: api.Schemas["Alert"].Description,
		Attributes:          alertAttributes(),
	}
	attributes["at"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "When the alert opens, with an offset (`2026-01-05T09:00:00+01:00`). " +
			"Default: now, whenever Terraform reads it.",
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "Where an alert would go with the configuration that is in force, and whom " +
			"it would page, for `check` blocks and `terraform test`.",
		Attributes: attributes,
	}
}

// alertAttributes are the fields of an alert.
func alertAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, field := range api.Schemas["Alert"].Fields {
		if field.Type == api.Map {
			attributes[name] = schema.MapAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: describe(field),
			}
			continue
		}
		attributes[name] = schema.StringAttribute{Optional: true, MarkdownDescription: describe(field)}
	}
	return attributes
}

func (r *routingTestDataSource) Configure(
	_ context.Context, request datasource.ConfigureRequest, response *datasource.ConfigureResponse,
) {
	var diagnostics diag.Diagnostics
	r.session, diagnostics = sessionFrom(request.ProviderData)
	response.Diagnostics.Append(diagnostics...)
}

func (r *routingTestDataSource) Read(
	ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse,
) {
	var test routingTest
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("alert"), &test.Alert)...)
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("at"), &test.At)...)
	if response.Diagnostics.HasError() {
		return
	}
	result, err := r.session.client.TestRouting(ctx, test.Alert, test.At)
	if err != nil {
		response.Diagnostics.Append(r.session.refusedTest(err)...)
		return
	}
	test.RoutingResult = result
	response.Diagnostics.Append(response.State.Set(ctx, &test)...)
}

// refusedTest says what is wrong with an alert, each mistake at its attribute.
func (s *session) refusedTest(err error) diag.Diagnostics {
	var problem *api.Problem
	if !errors.As(err, &problem) || len(problem.Errors) == 0 {
		return diag.Diagnostics{s.explain(err).diagnostic()}
	}
	var found diag.Diagnostics
	for _, mistake := range problem.Errors {
		pointer := ""
		if mistake.Pointer != nil {
			pointer = strings.Replace(*mistake.Pointer, "/alerts/0", "/alert", 1)
		}
		at := path.Empty()
		for _, step := range steps(pointer) {
			at = at.AtName(step)
		}
		found.AddAttributeError(at, "Not accepted: "+hclOf(pointer), mistake.Detail)
	}
	return found
}
