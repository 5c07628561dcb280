package provider

import "github.com/signalcraft/terraform-provider-signalcraft/internal/api"

type serviceAccount struct {
	identified
	api.ServiceAccount
}

var serviceAccounts = kind{
	name:       "service_account",
	body:       "ServiceAccount",
	collection: "/v1/service-accounts",
	prefix:     "sa",
	naturalKey: "name",
}
