"""What a wrong time zone may have meant."""

import pytest

from signalcraft.model.time_zones import similar_zones


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Berlin", ["Europe/Berlin"]),
        ("europe/berlin", ["Europe/Berlin"]),
        ("Europe/Berln", ["Europe/Berlin"]),
        ("new york", ["America/New_York"]),
        ("utc", ["UTC"]),
        ("Europe/Norway", []),
        ("", []),
        ("Middle-earth", []),
        ("CEST", []),
    ],
)
def test_a_wrong_zone_suggests_what_is_spelt_alike_or_a_citys(
    written: str, meant: list[str]
) -> None:
    assert [zone for zone in similar_zones(written) if not zone.startswith("Etc/")] == meant
