# By name:
terraform import signalcraft_service_account_trust.github_main 'GitHub, main branch'

# Or by id:
terraform import signalcraft_service_account_trust.github_main trust_01m852js7aee1v2mzf5bgh38h3
