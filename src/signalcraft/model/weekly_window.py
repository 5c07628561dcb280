"""Windows of local time that return every week."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from signalcraft.model.fields import Distinct, TimeOfDay
from signalcraft.model.resource import Part

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

# From Monday on.
DAYS: tuple[Day, ...] = get_args(Day)


class WeeklyWindow(Part):
    """A weekly window of local time."""

    days: Annotated[
        tuple[Day, ...],
        Field(min_length=1, max_length=7),
        Distinct(),
    ]
    """Days on which the window starts."""
    start_time: TimeOfDay
    """Local time at which the window starts (`09:00`)."""
    end_time: TimeOfDay
    """Local time at which the window ends; on the next day if it is not after `start_time`."""
