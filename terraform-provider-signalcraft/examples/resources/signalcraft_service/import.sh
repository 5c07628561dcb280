# By name:
terraform import signalcraft_service.orders_db 'orders-db'

# Or by id:
terraform import signalcraft_service.orders_db svc_01m852js7aee1v2mzf5bgh38h3
