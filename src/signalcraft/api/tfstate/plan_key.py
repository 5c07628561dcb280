"""The key with which the sensitive values of a Terraform plan are compared."""

import base64

from signalcraft.api.http.call import Answer, Call
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.schemas import Shape
from signalcraft.api.tfstate.names import TAG
from signalcraft.model.problem import Slug


class TerraformPlanKey(Shape):
    """A key for HMACs (RFC 2104)."""

    key: str
    """32 bytes in Base64. Another one after a key was added to the server's key file."""


def _get(call: Call) -> Answer:
    key = call.states.keyring.plan_key(call.workspace_id)
    return Answer(body=TerraformPlanKey(key=base64.b64encode(key).decode()).model_dump_json())


OPERATIONS = (
    Operation(
        "GET",
        "/v1/terraform/plan-key",
        "get_terraform_plan_key",
        "Read the key for the digests of plans",
        _get,
        {200: TerraformPlanKey},
        description="`signalcraft review` compares plans without showing what is in them. Sensitive "
        "values are compared by their HMACs with this key, so that nobody who may not read states "
        "can try out what they might be.",
        tag=TAG,
        scope="state:read",
        problems=(Slug.NOT_CONFIGURED,),
    ),
)
