# By name:
terraform import signalcraft_service_account.plan 'plan'

# Or by id:
terraform import signalcraft_service_account.plan sa_01m852js7aee1v2mzf5bgh38h3
