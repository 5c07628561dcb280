"""Questions about time that are too large, or too far away, to answer."""


class Unanswerable(ValueError):
    """The question asks for too much; the message says what to ask instead."""


class TooManyShifts(Unanswerable):
    """There are more shifts between the two instants than the caller would take."""

    def __init__(self, at_most: int) -> None:
        super().__init__(f"There are more than {at_most:,} shifts. Choose a shorter range.")


class RangeTooLong(Unanswerable):
    """The two instants are further apart than answers reach."""

    def __init__(self, days: int) -> None:
        super().__init__(f"The range can be at most {days} days.")


class RangeBackwards(Unanswerable):
    """The second instant comes before the first."""

    def __init__(self) -> None:
        super().__init__("The end is before the start. Swap them.")


class HistoryNotKept(Unanswerable):
    """The instant lies before the changes that are kept."""

    def __init__(self, since: str) -> None:
        super().__init__(f"What was in force is known since {since}. Ask about a later time.")


class TimeOutOfRange(Unanswerable):
    """The instant lies where time zones aren't known."""

    def __init__(self) -> None:
        super().__init__("The time must be in the years 1970 to 2200.")
