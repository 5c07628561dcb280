package provider

import "github.com/signalcraft/terraform-provider-signalcraft/internal/api"

type schedule struct {
	identified
	api.Schedule
}

var schedules = kind{
	name:       "schedule",
	body:       "Schedule",
	collection: "/v1/schedules",
	prefix:     "sched",
	naturalKey: "name",
}
