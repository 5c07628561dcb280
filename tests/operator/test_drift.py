from signalcraft.operator.drift import CORRECTIONS, PAUSE, WINDOW, DriftBrake
from signalcraft.operator.manifest import Key

CPU, DISK = Key("AlertPolicy", "shop", "cpu"), Key("AlertPolicy", "shop", "disk")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_quarrel_slows_down_and_is_forgotten() -> None:
    clock = Clock()
    brake = DriftBrake(clock)
    for _ in range(CORRECTIONS):
        assert brake.pause(CPU) == 0
        brake.corrected(CPU)
        clock.now += 1
    assert brake.pause(CPU) == PAUSE - 1
    assert brake.pause(DISK) == 0
    clock.now += PAUSE - 1
    assert brake.pause(CPU) == 0
    brake.corrected(CPU)
    assert brake.pause(CPU) == PAUSE
    clock.now += WINDOW
    assert brake.pause(CPU) == 0


def test_an_object_that_is_made_anew_begins_anew() -> None:
    brake = DriftBrake(Clock())
    for _ in range(CORRECTIONS):
        brake.corrected(CPU)
    assert brake.pause(CPU) > 0
    brake.forget(CPU)
    assert brake.pause(CPU) == 0
