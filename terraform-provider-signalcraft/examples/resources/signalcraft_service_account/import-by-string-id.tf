# By name; the id works too.
import {
  to = signalcraft_service_account.plan
  id = "plan"
}
