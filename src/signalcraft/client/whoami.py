"""What the client's own key belongs to."""

from pydantic import BaseModel, ConfigDict

from signalcraft.client import answers
from signalcraft.client.request import Request


class WhoAmI(BaseModel):
    """What an API key belongs to, and what it may do."""

    model_config = ConfigDict(frozen=True)

    workspace_id: str
    workspace_name: str
    service_account_id: str
    service_account_name: str
    key_id: str
    scopes: tuple[str, ...]


def whoami() -> Request[WhoAmI]:
    """What the client's own key belongs to."""
    return Request("GET", "/v1/whoami", answers.shape(WhoAmI))
