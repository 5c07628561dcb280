# By name; the id works too.
import {
  to = signalcraft_schedule.db_primary
  id = "Database primary"
}
