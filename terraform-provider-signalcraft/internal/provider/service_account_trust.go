package provider

import "github.com/signalcraft/terraform-provider-signalcraft/internal/api"

type serviceAccountTrust struct {
	identified
	api.ServiceAccountTrust
}

var serviceAccountTrusts = kind{
	name:       "service_account_trust",
	body:       "ServiceAccountTrust",
	collection: "/v1/service-account-trusts",
	prefix:     "trust",
	naturalKey: "name",
}
