"""What holds for every test."""

import os
from pathlib import Path

from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

# Where CI is set, Hypothesis itself takes its "ci" profile: the same examples at every run, so that
# a change is never judged by luck. At a desk it tries new ones each time and remembers those that
# failed. No deadlines: tests share the machine's cores with each other.
if "CI" not in os.environ:
    _remembered = Path(__file__).parents[1] / ".cache" / "hypothesis"
    settings.register_profile(
        "desk", deadline=None, database=DirectoryBasedExampleDatabase(_remembered)
    )
    settings.load_profile("desk")
