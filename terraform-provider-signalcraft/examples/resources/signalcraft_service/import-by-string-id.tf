# By name; the id works too.
import {
  to = signalcraft_service.orders_db
  id = "orders-db"
}
