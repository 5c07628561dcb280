# By e-mail address; the id works too.
import {
  to = signalcraft_user.ada
  id = "ada@example.com"
}
