package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ValidateResourceConfig checks a configuration before the framework decodes it: what the framework
// says of a null in a list or of a fraction of a minute asks people to report a bug in the provider.
// The framework would find nothing else, so it isn't asked.
func (s *shortcut) ValidateResourceConfig(
	ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	managed, found := s.kinds[request.TypeName]
	if !found {
		return s.ProviderServerWithListResource.ValidateResourceConfig(ctx, request)
	}
	configuration, err := request.Config.Unmarshal(managed.configurationType())
	if err != nil {
		return s.ProviderServerWithListResource.ValidateResourceConfig(ctx, request)
	}
	return &tfprotov6.ValidateResourceConfigResponse{
		Diagnostics: protocolDiagnostics(checkConfiguration(managed, configuration)),
	}, nil
}

// configurationTypes are computed once for each kind: a schema is large.
var configurationTypes sync.Map

// configurationType is the Terraform type of a resource of this kind.
func (k kind) configurationType() tftypes.Type {
	if known, found := configurationTypes.Load(k.name); found {
		return known.(tftypes.Type)
	}
	computed := resourceSchema(k).Type().TerraformType(context.Background())
	configurationTypes.Store(k.name, computed)
	return computed
}

// protocolDiagnostics are diagnostics as they go over the wire.
func protocolDiagnostics(diagnostics diag.Diagnostics) []*tfprotov6.Diagnostic {
	var sent []*tfprotov6.Diagnostic
	for _, diagnostic := range diagnostics {
		one := &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError,
			Summary:  diagnostic.Summary(), Detail: diagnostic.Detail(),
		}
		if diagnostic.Severity() == diag.SeverityWarning {
			one.Severity = tfprotov6.DiagnosticSeverityWarning
		}
		if located, ok := diagnostic.(diag.DiagnosticWithPath); ok && len(located.Path().Steps()) > 0 {
			one.Attribute = protocolPath(located.Path())
		}
		sent = append(sent, one)
	}
	return sent
}

func protocolPath(at path.Path) *tftypes.AttributePath {
	steps := tftypes.NewAttributePath()
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			steps = steps.WithAttributeName(string(step))
		case path.PathStepElementKeyInt:
			steps = steps.WithElementKeyInt(int(step))
		case path.PathStepElementKeyString:
			steps = steps.WithElementKeyString(string(step))
		}
	}
	return steps
}
