package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// registered is what Terraform is offered for a kind of resource.
type registered struct {
	resource   func() resource.Resource
	dataSource func() datasource.DataSource
	collection func() datasource.DataSource
	list       func() list.ListResource
}

func register[T any, S state[T]](k kind) registered {
	return registered{
		manage[T, S](k), newDataSource[T, S](k), newCollectionDataSource[T, S](k), newListResource[T, S](k),
	}
}

// registry has every kind that a workspace holds many of.
var registry = []registered{
	register[user](users),
	register[team](teams),
	register[schedule](schedules),
	register[escalationPolicy](escalationPolicies),
	register[service](services),
	register[routingRule](routingRules),
	register[alertPolicy](alertPolicies),
	register[serviceAccount](serviceAccounts),
	register[serviceAccountTrust](serviceAccountTrusts),
}

var (
	_ provider.ProviderWithEphemeralResources = (*signalcraft)(nil)
	_ provider.ProviderWithListResources      = (*signalcraft)(nil)
)

func (p *signalcraft) Resources(context.Context) []func() resource.Resource {
	resources := []func() resource.Resource{manageWorkspace, newServiceAccountKey, newScheduleOverride}
	for _, each := range registry {
		resources = append(resources, each.resource)
	}
	return resources
}

func (p *signalcraft) DataSources(context.Context) []func() datasource.DataSource {
	sources := []func() datasource.DataSource{
		newDataSource[workspace](workspaces), newOnCallDataSource, newRoutingTestDataSource,
	}
	for _, each := range registry {
		sources = append(sources, each.dataSource, each.collection)
	}
	return sources
}

func (p *signalcraft) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newAPIKeyMaterial}
}

// ListResources are for `terraform query`, of Terraform 1.14 or newer; others don't ask for them.
func (p *signalcraft) ListResources(context.Context) []func() list.ListResource {
	var lists []func() list.ListResource
	for _, each := range registry {
		lists = append(lists, each.list)
	}
	return lists
}
