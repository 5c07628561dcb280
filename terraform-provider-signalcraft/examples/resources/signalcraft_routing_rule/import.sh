# By name:
terraform import signalcraft_routing_rule.production_database 'Production databases'

# Or by id:
terraform import signalcraft_routing_rule.production_database rule_01m852js7aee1v2mzf5bgh38h3
