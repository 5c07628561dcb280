# Not needed: creating the resource adopts the workspace.
import {
  to = signalcraft_workspace.this
  id = "ws_01m852j0abegxsqm25tg5z6bzg"
}
