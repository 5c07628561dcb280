# By e-mail address:
terraform import signalcraft_user.ada 'ada@example.com'

# Or by id:
terraform import signalcraft_user.ada user_01m852js7aee1v2mzf5bgh38h3
