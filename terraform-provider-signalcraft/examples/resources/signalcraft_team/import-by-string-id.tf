# By name; the id works too.
import {
  to = signalcraft_team.database
  id = "Database SRE"
}
