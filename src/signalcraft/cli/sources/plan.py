"""Answers as they will be once a Terraform plan is applied, worked out here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import click
from typing_extensions import override
from whenever import Instant

from signalcraft.cli.sources.file import SnapshotSource
from signalcraft.cli.sources.source import Source
from signalcraft.client import RoutingResult
from signalcraft.model.alert import Alert
from signalcraft.review.doubts import Doubts
from signalcraft.review.plan import Plan, UnfitPlan, read_plan
from signalcraft.review.projection import Projection, project


def plan_in(file: Path) -> Plan:
    """The plan in a file. Raises `click.ClickException` where that can't be reviewed."""
    try:
        return read_plan(file.read_bytes())
    except UnfitPlan as error:
        raise click.ClickException(f"{file}: {error}") from None


class PlanSource(SnapshotSource):
    """A workspace as a plan will leave it."""

    def __init__(self, projection: Projection) -> None:
        super().__init__(projection.after)
        self._doubts = Doubts(projection)

    @classmethod
    def read(cls, file: Path, source: Source) -> Self:
        """What the plan in a file makes of the workspace of a source. Raises as `plan_in` does."""
        return cls(project(plan_in(file), source.snapshot()))

    @override
    def test_routing(
        self, alerts: Sequence[Alert], at: Instant, *, explain: bool = False
    ) -> Sequence[RoutingResult]:
        """Where alerts go that open at an instant. Raises `click.ClickException` where that is
        known only after the apply.
        """
        for alert in alerts:
            if self._doubts.about(alert, self._snapshot.route(alert, at)):
                texts = ", ".join(f'{name} "{text}"' for name, text in alert.texts().items())
                raise click.ClickException(
                    f"What happens to an alert ({texts or 'no fields'}) is known only after the "
                    "apply: it depends on ids that the plan doesn't know. Refer to new resources "
                    "directly, as in signalcraft_user.ada.id."
                )
        return super().test_routing(alerts, at, explain=explain)
