"""What a Terraform plan changes for people: who is paged, and who is on call. Pure."""
