# By name:
terraform import signalcraft_schedule.db_primary 'Database primary'

# Or by id:
terraform import signalcraft_schedule.db_primary sched_01m852js7aee1v2mzf5bgh38h3
