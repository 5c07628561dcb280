# By name; the id works too.
import {
  to = signalcraft_routing_rule.production_database
  id = "Production databases"
}
