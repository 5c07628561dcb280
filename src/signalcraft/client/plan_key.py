"""The key for the digests of Terraform plans."""

from pydantic import Base64Bytes, BaseModel, ConfigDict

from signalcraft.client import answers
from signalcraft.client.request import Request


class PlanKey(BaseModel):
    """A key for HMACs of a plan's sensitive values."""

    model_config = ConfigDict(frozen=True)

    key: Base64Bytes


def plan_key() -> Request[PlanKey]:
    """The workspace's key; it takes the scope `state:read`."""
    return Request("GET", "/v1/terraform/plan-key", answers.shape(PlanKey))
