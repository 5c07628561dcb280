# By name; the id works too.
import {
  to = signalcraft_alert_policy.replication_lag
  id = "Replication lag"
}
