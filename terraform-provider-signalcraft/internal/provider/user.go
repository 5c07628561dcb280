package provider

import "github.com/signalcraft/terraform-provider-signalcraft/internal/api"

type user struct {
	identified
	api.User
}

var users = kind{
	name:       "user",
	body:       "User",
	collection: "/v1/users",
	prefix:     "user",
	naturalKey: "email",
}
