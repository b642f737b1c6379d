"""Trained weights: the panels' networks and the methods' checkpoints, present and verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generators.wan import files, table
from generators.wan.table import HubFile
from metrics.weights import store
from metrics.weights import table as panels
from steadybench.doctor.finding import Asked, Finding, Status
from steadybench.outlook import fetch, words
from steadybench.outlook.words import many


def check(asked: Asked) -> Iterator[Finding]:
    """Panels' weights, then the published files of the rows that were asked for."""
    yield from _panels()
    wanted = dict.fromkeys(file for spec, options in asked.methods for file in fetch.wanted(spec, options))
    if not wanted:
        yield _survey()
        return
    missing: dict[str, list[HubFile]] = {}
    for file in wanted:
        found = files.find(file)
        if found.condition == "missing":
            missing.setdefault(fetch.name_of(file), []).append(file)
        else:
            yield _file(file, found)
    for name, rows in missing.items():
        yield _missing(name, rows)


def _panels() -> Iterator[Finding]:
    rows = panels.entries().values()
    here = [row for row in rows if store.place(row)]
    for row in here:
        found = store.find(row)
        subject = f"weights {row.name}"
        if found.condition == "good":
            yield Finding("ok", subject, f"{found.path}, verified")
        else:
            status: Status = "warning" if found.condition == "unknown" else "fault"
            fix = f"remove {found.path}, then: steadybench weights fetch {row.name}"
            yield Finding(status, subject, found.fault, fix if status == "fault" else _import(row.name))
    missing = [row.name for row in rows if row not in here]
    if missing:
        told = f"{len(missing)} of {many(len(rows), 'file')} are not here: {', '.join(missing)}"
        fix = f"steadybench weights fetch {' '.join(missing)}"
        yield Finding("skipped", "weights of panels", told, fix)


def _import(name: str) -> str:
    return f"steadybench weights fetch {name}, which records its digest"


def _missing(name: str, rows: Sequence[HubFile]) -> Finding:
    names = ", ".join(row.path for row in rows)
    size = words.size(sum(row.size or 0 for row in rows))
    told = f"{many(len(rows), 'file')} of {rows[0].repo} missing ({size}): {names}"
    return Finding("fault", f"checkpoint {name}", told, f"steadybench weights fetch {name}")


def _file(file: HubFile, found: files.Found) -> Finding:
    """One file that is here; the first time, reading it takes as long as its gigabytes do."""
    subject, fix = f"{file.repo}/{file.path}", f"steadybench weights fetch {fetch.name_of(file)}"
    if found.condition == "good":
        return Finding("ok", subject, f"{found.path}, verified")
    if found.condition == "unknown":
        return Finding("warning", subject, found.fault, fix)
    return Finding("fault", subject, found.fault, f"remove {found.path}, then: {fix}")


def _survey() -> Finding:
    every = {file for row in table.published().values() for file in row.files} | set(table.base().files)
    here = [file for file in every if files.place(file)]
    told = f"{len(here)} of {many(len(every), 'published file')} are here; none of them is asked for"
    return Finding("skipped", "checkpoints", told, "name rows with --methods, and they are verified")
