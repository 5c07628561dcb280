# By name:
terraform import signalcraft_alert_policy.replication_lag 'Replication lag'

# Or by id:
terraform import signalcraft_alert_policy.replication_lag pol_01m852js7aee1v2mzf5bgh38h3
