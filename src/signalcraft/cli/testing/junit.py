"""Results of tests as JUnit XML, which CI systems show."""

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from signalcraft.cli.testing.results import TestResult

# What XML 1.0 can't hold, escaped or not.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[TestResult]) -> bytes:
    """A report: one suite for each file, in the order in which they were run."""
    report = ET.Element("testsuites", {"name": "signalcraft test", **_counts(results)})
    for file, of_file in groupby(results, lambda result: str(result.case.file)):
        inside = list(of_file)
        suite = ET.SubElement(report, "testsuite", {"name": _fit(file), **_counts(inside)})
        for result in inside:
            test = ET.SubElement(
                suite, "testcase", classname=_fit(file), name=_fit(result.case.name), time="0"
            )
            if result.failures:
                message = f"{result.case.place()}: {result.failures[0]}"
                failure = ET.SubElement(test, "failure", type="difference", message=_fit(message))
                failure.text = _fit("\n".join(result.failures))
    ET.indent(report)
    text: bytes = ET.tostring(report, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _counts(results: Sequence[TestResult]) -> dict[str, str]:
    failed = sum(1 for result in results if result.failures)
    return {"tests": str(len(results)), "failures": str(failed), "errors": "0"}


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
