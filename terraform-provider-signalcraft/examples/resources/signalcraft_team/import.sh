# By name:
terraform import signalcraft_team.database 'Database SRE'

# Or by id:
terraform import signalcraft_team.database team_01m852js7aee1v2mzf5bgh38h3
