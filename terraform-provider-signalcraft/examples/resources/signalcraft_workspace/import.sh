# Not needed: creating the resource adopts the workspace. By id:
terraform import signalcraft_workspace.this ws_01m852j0abegxsqm25tg5z6bzg
