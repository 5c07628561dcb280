# By the account's id and the key's:
terraform import signalcraft_service_account_key.plan sa_01m852js7aee1v2mzf5bgh38h3/key_01m852js7aee1v2mzf5bgh38h4
