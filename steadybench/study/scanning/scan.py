"""``study scan``: all checks on one export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from steadybench.progress import Progress
from steadybench.study import key as keys
from steadybench.study.scanning import (
    check_folder,
    check_key,
    check_media,
    check_page,
    check_pictures,
    check_plan,
    check_text,
    check_tokens,
)
from steadybench.study.scanning.case import Case, Check
from steadybench.study.scanning.export import take_in
from steadybench.study.scanning.finding import Finding
from steadybench.study.scanning.known import known

CHECKS: tuple[Check, ...] = (
    Check("layout", "files and folders that do not belong there", check_folder.layout),
    Check("links", "links and things that are no files", check_folder.links),
    Check("dates", "times of modification", check_folder.dates),
    Check("rights", "permissions and owners", check_folder.rights),
    Check("attributes", "extended attributes", check_folder.attributes),
    Check("names", "names of methods, prompts and runs, in clear and in codings", check_text.names),
    Check("digests", "digests of names, whole and cut short", check_text.coded),
    Check("tokens", "pieces that tokens share", check_tokens.tokens),
    Check("fields", "data of the page beyond what raters may know", check_page.fields),
    Check("code", "code of the page that was changed", check_page.code),
    Check("addresses", "other hosts", check_page.addresses),
    Check("files", "missing clips and those that nobody is shown", check_plan.files),
    Check("order", "order of lists", check_plan.order),
    Check("sides", "clips that always stand on one side", check_plan.sides),
    Check("boxes", "tags, dates and loose bytes in videos", check_media.structure),
    Check("stream", "settings of an encoder in the stream", check_media.stream),
    Check("format", "codec, profile, level, colour, time base, handler, key frames", check_media.alike),
    Check("rate", "frames a second", check_media.rate),
    Check("canvas", "width and height", check_media.canvas),
    Check("length", "length within pairs", check_media.length),
    Check("size", "bytes of files of one prompt", check_media.size),
    Check("fill", "padding", check_media.fill),
    Check("twins", "equal files", check_media.twins),
    Check("pictures", "watermarks, logos, captions and bars; files that cannot be decoded",
          check_pictures.pictures),
    Check("cadence", "pictures shown several times", check_media.cadence),
    Check("key", "secrets, tokens and digests from the key; where it lies", check_key.all_of_key),
)
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in an export."""

    export: Path
    clips: int
    sessions: int
    with_key: bool
    findings: tuple[Finding, ...]

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """What must be removed."""
        return tuple(finding for finding in self.findings if finding.leak)

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """What cannot be removed, or was allowed."""
        return tuple(finding for finding in self.findings if not finding.leak)


def scan(root: Path, key: Path | None, allowed: Iterable[str], progress: Progress) -> Scan:
    """Look at an export with every check.

    Args:
        root: the folder of the export; nothing in it is changed.
        key: file of the study's key, to find what only it can tell; None without.
        allowed: ids of checks whose findings are remarks and no leaks.
        progress: is told how far the reading is.

    Raises:
        InputError: there is no export, or no key; says what was expected.
    """
    own = keys.load(key) if key is not None else None
    export = take_in(root, progress)
    case = Case(export, known(own), own, key)
    findings = [finding for check in CHECKS for finding in sorted(set(check.find(case)))]
    let = frozenset(allowed)
    told = tuple(replace(one, leak=one.leak and one.check not in let) for one in findings)
    return Scan(root, len(export.clips), len(export.sittings), own is not None, told)
