# By name:
terraform import signalcraft_escalation_policy.db_team_policy 'Database SRE Policy'

# Or by id:
terraform import signalcraft_escalation_policy.db_team_policy esc_01m852js7aee1v2mzf5bgh38h3
