"""A scan in words, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby

from steadybench.study.scanning.finding import Finding
from steadybench.study.scanning.scan import CHECKS, Scan

_MOST = 5
"""Files that are listed for one kind of finding; JSON lists all."""
BEYOND = (
    "No scan sees what eyes do: sharpness, style and habits of a method may still give it away, and the "
    "sizes of frames tell how much moves to whoever takes a file apart."
)


def text(scan: Scan) -> str:
    """What people read."""
    return "\n".join(_lines(scan))


def _lines(scan: Scan) -> Iterator[str]:
    for title, findings in (("leaks", scan.leaks), ("remarks", scan.remarks)):
        if findings:
            yield f"{len(findings)} {title if len(findings) > 1 else title[:-1]}:"
            for check, group in groupby(findings, key=lambda one: one.check):
                yield from _of_check(check, list(group))
    looked = f"{len(CHECKS)} checks on {scan.clips} clips and {scan.sessions} sessions"
    hidden = "without the key; --key FILE looks for its prompts, runs and secrets too"
    key = "with the key" if scan.with_key else hidden
    yield f"{looked}, {key}."
    yield "Do not show this folder to raters." if scan.leaks else f"No leak was found. {BEYOND}"


def _of_check(check: str, findings: Sequence[Finding]) -> Iterator[str]:
    for what, group in groupby(findings, key=lambda one: one.do):
        same = list(group)
        yield from (f"  {check}: {one.file + ': ' if one.file else ''}{one.what}" for one in same[:_MOST])
        if len(same) > _MOST:
            yield f"  {check}: and {len(same) - _MOST} more"
        yield f"    {what}"


def as_json(scan: Scan) -> str:
    """What programs read."""
    body = {
        "export": str(scan.export), "clips": scan.clips, "sessions": scan.sessions, "with_key": scan.with_key,
        "checks": [check.id for check in CHECKS],
        "leaks": [asdict(one) for one in scan.leaks], "remarks": [asdict(one) for one in scan.remarks],
    }  # fmt: skip
    return json.dumps(body, indent=1, sort_keys=True)
