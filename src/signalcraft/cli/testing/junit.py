"""Results of tests as JUnit XML, which CI systems show."""

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from signalcraft.cli.testing.verdicts import Verdict

# What XML 1.0 can't hold, escaped or not.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(verdicts: Sequence[Verdict]) -> bytes:
    """A report: one suite for each file, in the order in which they were run."""
    report = ET.Element("testsuites", {"name": "signalcraft test", **_counts(verdicts)})
    for file, of_file in groupby(verdicts, lambda verdict: str(verdict.case.file)):
        inside = list(of_file)
        suite = ET.SubElement(report, "testsuite", {"name": _fit(file), **_counts(inside)})
        for verdict in inside:
            test = ET.SubElement(
                suite, "testcase", classname=_fit(file), name=_fit(verdict.case.name), time="0"
            )
            if verdict.failures:
                message = f"{verdict.case.place()}: {verdict.failures[0]}"
                failure = ET.SubElement(test, "failure", type="difference", message=_fit(message))
                failure.text = _fit("\n".join(verdict.failures))
    ET.indent(report)
    text: bytes = ET.tostring(report, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _counts(verdicts: Sequence[Verdict]) -> dict[str, str]:
    failed = sum(1 for verdict in verdicts if verdict.failures)
    return {"tests": str(len(verdicts)), "failures": str(failed), "errors": "0"}


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
