"""From finished films to a folder that can be handed out: one size, the page, one date, and the record."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from steadybench.study.exporting import padding, places, record, settings
from steadybench.study.exporting.marks import Mark, marks
from steadybench.study.exporting.order import Made
from steadybench.study.exporting.public import Wording, public
from steadybench.study.key import Key
from steadybench.study.model import Plan


def finish(
    out: Path, plan: Plan, key: Key, made: Mapping[str, Made], said: Wording, qp: int
) -> record.Export:
    """Fill the files up, write the page, remove what an earlier plan needed, and list what lies there.

    Args:
        out: folder for raters; all films lie in it.
        plan: of the study.
        key: for filling and completion codes.
        made: what is known of each film, by token.
        said: texts and addresses.
        qp: quantiser of the films.

    Raises:
        OSError: something cannot be written.
    """
    from reports.rating import bundle

    _fill(out, plan, key, made)
    pages = bundle.write(out, public(plan, key, made, said))
    clips = {settings.file_name(token) for token in made}
    places.prune(out, frozenset(clips | {path.relative_to(out).as_posix() for path in pages}))
    _dated(out)
    return record.Export(record.listed(out, made), made, _marks(plan, made), qp, said.receiver)


def _fill(out: Path, plan: Plan, key: Key, made: Mapping[str, Made]) -> None:
    """Bring all files of a prompt to one size."""
    groups: dict[str, list[str]] = defaultdict(list)
    for one in plan.stimuli:
        groups[one.prompt].append(one.token)
    for tokens in groups.values():
        size = padding.target(made[token].bytes for token in tokens)
        for token in tokens:
            padding.pad(out / settings.file_name(token), made[token].bytes, size, key.secret, token)


def _dated(out: Path) -> None:
    """Give every file and folder one date and the usual rights."""
    for path in [*sorted(out.rglob("*"), reverse=True), out]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (settings.MTIME, settings.MTIME))


def _marks(plan: Plan, made: Mapping[str, Made]) -> list[Mark]:
    """What is burnt into the pictures of one system, from one clip of each prompt."""
    means: dict[str, dict[str, str]] = defaultdict(dict)
    for one in plan.stimuli:
        if one.kind == "clip" and made[one.token].mean:
            means[one.system].setdefault(one.prompt, made[one.token].mean)
    return list(marks(means))
