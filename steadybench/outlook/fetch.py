"""Published files that rows need and this machine lacks; nothing is read or downloaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generators.contract import GeneratorError
from generators.engine import backbones
from generators.wan import files, table
from generators.wan.sizes import NAME
from generators.wan.source import CHECKPOINT
from generators.wan.table import HubFile
from steadybench.outlook.engine import engine_row


def wanted(spec: str, options: Mapping[str, str]) -> tuple[HubFile, ...]:
    """Published files that a row runs on; none where it is unknown or runs on weights of another kind."""
    try:
        row = engine_row(spec, options)
        if row is None or options.get("backbone", backbones.DEFAULT) != NAME:
            return ()
        own = table.for_row(row.info.method, row.info.configuration).files
    except GeneratorError:
        return ()
    return (*table.base().files, *(() if CHECKPOINT in options else own))


def lacking(spec: str, options: Mapping[str, str]) -> list[str]:
    """Which published files a row lacks, in one sentence with the command that brings them; none if none."""
    names = dict.fromkeys(name_of(file) for file in wanted(spec, options) if files.place(file) is None)
    if not names:
        return []
    return [f"weights are missing: {', '.join(names)}; run: steadybench weights fetch {' '.join(names)}"]


def missing(methods: Iterable[tuple[str, Mapping[str, str]]]) -> list[HubFile]:
    """Files of all rows that are not here, each once."""
    rows = dict.fromkeys(file for spec, options in methods for file in wanted(spec, options))
    return [file for file in rows if files.place(file) is None]


def name_of(file: HubFile) -> str:
    """The name that ``weights fetch`` knows a file by."""
    return table.BASE_NAME if file in table.base().files else file.name.removesuffix("-lora")
