package provider

import "github.com/signalcraft/terraform-provider-signalcraft/internal/api"

type service struct {
	identified
	api.Service
}

var services = kind{
	name:       "service",
	body:       "Service",
	collection: "/v1/services",
	prefix:     "svc",
	naturalKey: "name",
}
