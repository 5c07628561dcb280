package provider

import "github.com/signalcraft/terraform-provider-signalcraft/internal/api"

type team struct {
	identified
	api.Team
}

var teams = kind{
	name:       "team",
	body:       "Team",
	collection: "/v1/teams",
	prefix:     "team",
	naturalKey: "name",
}
