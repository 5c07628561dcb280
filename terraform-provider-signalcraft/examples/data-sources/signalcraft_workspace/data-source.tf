data "signalcraft_workspace" "this" {}
