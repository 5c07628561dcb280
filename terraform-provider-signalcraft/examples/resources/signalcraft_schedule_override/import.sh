# By the schedule's id and the override's:
terraform import signalcraft_schedule_override.ada_on_holiday sched_01m852js7aee1v2mzf5bgh38h3/ovr_01m852js7aee1v2mzf5bgh38h4
