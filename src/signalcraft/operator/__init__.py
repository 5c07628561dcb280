"""The Kubernetes operator: keeps SignalCraft as the cluster's objects say.

It knows the API's client and the model, and nothing of the server. `plan` and the work queue are
pure; everything else carries out what they decide.
"""
