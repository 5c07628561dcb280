"""The custom resource definitions: the model's kinds as Kubernetes validates and explains them."""
