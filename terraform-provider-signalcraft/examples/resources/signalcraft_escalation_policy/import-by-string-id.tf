# By name; the id works too.
import {
  to = signalcraft_escalation_policy.db_team_policy
  id = "Database SRE Policy"
}
