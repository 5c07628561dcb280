# By name; the id works too.
import {
  to = signalcraft_service_account_trust.github_main
  id = "GitHub, main branch"
}
