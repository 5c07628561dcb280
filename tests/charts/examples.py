"""Values to render the charts with."""

import json
from typing import Any

Values = dict[str, Any]

_EVERYWHERE: Values = {
    "image": {
        "repository": "images.example.com/signalcraft",
        "tag": "1.2.3",
        "pullPolicy": "Always",
    },
    "imagePullSecrets": [{"name": "registry"}],
    "serviceAccount": {"name": "other", "annotations": {"example.com/role": "signalcraft"}},
    "serviceMonitor": {"enabled": True, "interval": "1m", "labels": {"release": "prometheus"}},
    "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy.example.com:3128"}],
    "podAnnotations": {"example.com/a": "b"},
    "podLabels": {"example.com/team": "platform"},
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "tolerations": [{"key": "dedicated", "operator": "Exists"}],
    "affinity": {
        "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {
                    "topologyKey": "kubernetes.io/hostname",
                    "labelSelector": {"matchLabels": {"app.kubernetes.io/part-of": "signalcraft"}},
                }
            ]
        }
    },
}
OPERATOR: Values = {"clusterName": "prod-eu-1"}
# What the charts are installed with, at least, and with every switch on.
EXAMPLES: dict[str, tuple[str, Values]] = {
    "definitions": ("signalcraft-operator-crds", {}),
    "server": ("signalcraft", {}),
    "server with everything": (
        "signalcraft",
        {
            **_EVERYWHERE,
            "autoscaling": {"enabled": True},
            "stateKeys": {"secretName": "signalcraft-state-keys"},
            "trustedProxies": ["10.0.0.0/8", "fd00::/8"],
            "service": {
                "type": "LoadBalancer",
                "port": 8443,
                "annotations": {"example.com/a": "b"},
            },
            "ingress": {
                "enabled": True,
                "className": "nginx",
                "annotations": {"example.com/a": "b"},
                "host": "signalcraft.example.com",
                "tlsSecretName": "signalcraft-tls",
            },
            "networkPolicy": {"ingressFrom": [{"namespaceSelector": {}}], "egressPorts": [6432]},
        },
    ),
    "operator": ("signalcraft-operator", OPERATOR),
    "operator with everything": (
        "signalcraft-operator",
        {
            **_EVERYWHERE,
            **OPERATOR,
            "replicas": 3,
            "connection": {
                "name": "main",
                "endpoint": "https://signalcraft.example.com",
                "apiKeySecretRef": {"name": "key", "key": "token"},
                "namespaceSelector": {"matchLabels": {"alerts": "signalcraft"}},
            },
            "connectionNamespaces": ["default", "kube-public"],
            "dryRun": True,
        },
    ),
    "operator without a stored key": (
        "signalcraft-operator",
        {
            **OPERATOR,
            "connection": {
                "endpoint": "http://signalcraft.signalcraft.svc",
                "tokenExchange": {
                    "trustID": "trust_01m852js7aee1v2mzf5bgh38h3",
                    "audience": "https://signalcraft.example.com",
                },
            },
            "connectionServiceAccounts": [
                {"namespace": "default", "name": "signalcraft"},
                {"namespace": "kube-public", "name": "signalcraft"},
            ],
        },
    ),
}


def options(values: Values) -> list[str]:
    """The options that hand values to Helm."""
    return [
        part
        for name, value in values.items()
        for part in ("--set-json", f"{name}={json.dumps(value)}")
    ]
