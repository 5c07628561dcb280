# By the account's id and the key's.
import {
  to = signalcraft_service_account_key.plan
  id = "sa_01m852js7aee1v2mzf5bgh38h3/key_01m852js7aee1v2mzf5bgh38h4"
}
