"""``steadybench study analyse``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench.errors import NOTHING, OK, InputError, cannot_write
from steadybench.study import apart
from steadybench.study.analysing.analyse import Asked
from steadybench.study.analysing.analyse import analyse as work_out

if TYPE_CHECKING:
    from reports.study.results import Results


def analyse(folder: Path, out: Path, asked: Asked) -> tuple[str, Path, int]:
    """Write the results of a study; return what there is to tell, the page, and the exit code.

    Raises:
        SteadybenchError: something is missing, damaged or does not fit, or the output cannot be written.
    """
    from reports.study.page.write import write

    _check_place(folder, out, asked)
    found = work_out(folder, asked)
    try:
        page = write(found, out)
    except OSError as error:
        raise cannot_write(error.filename or out, error) from error
    any_counts = any(cast.counted and cast.judged for cast in found.votes)
    return "\n".join(_told(found)), page, OK if any_counts else NOTHING


def _check_place(folder: Path, out: Path, asked: Asked) -> None:
    apart.check(out, "results")
    own = out.resolve()
    for taken in (folder, *(path for path in asked.answers if path.is_dir())):
        if own == taken.resolve() or (taken is not folder and taken.resolve() in own.parents):
            raise InputError(f"--out {out} lies where study or answers lie, {taken}: results would be taken "
                             "for answers. Name another folder.")


def _told(found: Results) -> Iterator[str]:
    from reports.study.page import lead
    from reports.study.page.words import Names

    names = Names(found.names, {one.digest: one.name for one in found.raters})
    yield from lead.warnings(found)
    for part in found.parts:
        yield f"{part.text} {lead.answer(part, found, names)}"
        yield from filter(None, (lead.planned(part.counted.planned),))
    yield lead.counts(found)
    yield from (f"Left out: {one.rater}, {one.reason}." for one in found.exclusions)
    kinds = Counter(one.kind for one in found.aside)
    yield from (f"Set aside as {kind}: {number}." for kind, number in sorted(kinds.items()))
    yield lead.standing(found)
    yield from (f"  {one.kind}: {one.text}" for one in found.deviations)
