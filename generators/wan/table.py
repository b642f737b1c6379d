"""The table of published checkpoints: which file a row runs on, what it is, and where it comes from."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from generators.contract import GeneratorError

Container = Literal["generator", "bare"]
"""``generator``: weights lie under ``generator``, ``generator_ema`` or both; ``bare``: the file is them."""

BASE_NAME = "wan-base"
"""What commands call the files of Wan2.1 that every checkpoint needs."""
NATIVE, ENGINE_NATIVE = "native", "engine-native"
_TABLE = Path(__file__).with_name("table.toml")


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a repository on the Hugging Face hub."""

    name: str
    """What messages and commands call it, such as ``self-forcing``."""
    title: str
    repo: str
    """``owner/name``."""
    path: str
    """Path inside the repository."""
    also: tuple[str, ...] = ()
    """Other paths under which the same file may lie there."""
    revision: str = "main"
    """Commit at which size and digest hold; ``main`` where none is known."""
    size: int | None = None
    """Bytes, where known."""
    sha256: str = ""
    """64 lower-case hexadecimal digits; empty where none is public."""

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths under which it may lie, best first."""
        return (self.path, *self.also)

    @property
    def told_size(self) -> str:
        """The size in words."""
        if self.size is None:
            return "size unknown"
        if self.size < 1e6:
            return f"{self.size / 1e3:.0f} kB"
        return f"{self.size / 1e9:.1f} GB" if self.size >= 1e9 else f"{self.size / 1e6:.0f} MB"


@dataclass(frozen=True, slots=True)
class Published:
    """A published checkpoint and how the authors' program reads it."""

    name: str
    title: str
    weights: HubFile
    adapter: HubFile | None
    """The LoRA that is merged into the weights; None where there is none."""
    adapter_rank: int
    adapter_alpha: float
    container: Container
    ema: bool
    """Whether the authors run the averaged weights (``generator_ema``)."""
    ema_fallback: bool
    """Whether their program takes ``generator`` where there are no averaged weights."""
    licence: str
    """Of the weights, as the hub states it; ``not stated`` where it does not."""
    notes: str

    @property
    def repo(self) -> str:
        """Repository of the weights, ``owner/name``."""
        return self.weights.repo

    @property
    def file(self) -> str:
        """Path of the weights in the repository."""
        return self.weights.path

    @property
    def lora(self) -> str:
        """Path of the LoRA in the repository; empty where there is none."""
        return self.adapter.path if self.adapter else ""

    @property
    def files(self) -> tuple[HubFile, ...]:
        """The files that it needs besides Wan2.1's own."""
        return (self.weights, self.adapter) if self.adapter else (self.weights,)


@dataclass(frozen=True, slots=True)
class Base:
    """The files of Wan2.1 that every checkpoint needs."""

    repo: str
    licence: str
    text: HubFile
    vae: HubFile
    tokenizer: tuple[HubFile, ...]
    """The files of :attr:`tokenizer_folder`."""
    tokenizer_folder: str
    """Path inside the repository."""

    @property
    def files(self) -> tuple[HubFile, ...]:
        """All of them."""
        return (self.text, self.vae, *self.tokenizer)


@functools.cache
def published() -> Mapping[str, Published]:
    """All checkpoints by name, in the table's order."""
    rows = _table()["checkpoints"]
    return MappingProxyType({name: _published(name, row) for name, row in rows.items()})


@functools.cache
def base() -> Base:
    """Wan2.1's own files."""
    told = _table()["base"]
    place = {"repo": told["repo"], "revision": told["revision"]}
    files = [_file(name, place | row) for name, row in told["files"].items()]
    folder = told["tokenizer"]
    text, vae, *tokenizer = files
    return Base(told["repo"], told["licence"], text, vae, tuple(tokenizer), folder)


def checkpoint(name: str) -> Published:
    """The checkpoint called ``name``.

    Raises:
        GeneratorError: there is none; the message lists what there is.
    """
    if name not in published():
        raise GeneratorError(f"no checkpoint is called {name!r}; there are: {', '.join(published())}")
    return published()[name]


def for_row(method: str, configuration: str) -> Published:
    """The checkpoint that a row runs on.

    Args:
        method: such as ``causal-forcing``.
        configuration: of the engine, or of the authors' own program (``native``, ``native-NAME``), which runs
            on the same weights as ``engine-native`` and ``NAME``; a suffix ``+option=value`` does not matter.

    Raises:
        GeneratorError: a method without published weights, or a configuration that the table does not know.
    """
    rows = _table()["rows"]
    if method not in rows:
        raise GeneratorError(
            f"no published weights belong to the method {method!r}; there are some for: {', '.join(rows)}"
        )
    wanted = configuration.partition("+")[0]
    wanted = ENGINE_NATIVE if wanted == NATIVE else wanted.removeprefix(f"{NATIVE}-")
    if wanted not in rows[method]:
        raise GeneratorError(
            f"no published weights are known for {method}:{configuration}; there are some for: "
            f"{', '.join(rows[method])}"
        )
    return checkpoint(rows[method][wanted])


def rows_of(name: str) -> tuple[str, ...]:
    """The engine's rows that run on a checkpoint, ``method:configuration``."""
    rows = _table()["rows"]
    return tuple(f"{method}:{one}" for method in rows for one, used in rows[method].items() if used == name)


def known_digest(sha256: str) -> str:
    """What a file with this SHA-256 is, in words; empty where the table does not know."""
    for row in published().values():
        for file in row.files:
            if file.sha256 == sha256:
                return f"{file.title} ({file.repo}, {file.path})"
    for file in base().files:
        if file.sha256 == sha256:
            return f"Wan2.1's {file.title}"
    return str(_table()["known"].get(sha256, ""))


@functools.cache
def _table() -> dict[str, Any]:
    with _TABLE.open("rb") as stream:
        return tomllib.load(stream)


def _published(name: str, row: dict[str, Any]) -> Published:
    lora = {
        "title": f"LoRA of {row['title']}",
        "repo": row["repo"],
        "revision": row.get("revision", "main"),
        "file": row.get("lora"),
        "size": row.get("lora_size"),
        "sha256": row.get("lora_sha256", ""),
    }
    return Published(
        name=name,
        title=row["title"],
        weights=_file(name, row),
        adapter=_file(f"{name}-lora", lora) if row.get("lora") else None,
        adapter_rank=row.get("lora_rank", 0),
        adapter_alpha=row.get("lora_alpha", 0.0),
        container=row["container"],
        ema=row["ema"],
        ema_fallback=row.get("ema_fallback", False),
        licence=row["licence"],
        notes=row["notes"],
    )


def _file(name: str, row: dict[str, Any]) -> HubFile:
    return HubFile(
        name=name,
        title=row["title"],
        repo=row["repo"],
        path=row["file"],
        also=tuple(row.get("also", ())),
        revision=row.get("revision", "main"),
        size=row.get("size"),
        sha256=row.get("sha256", ""),
    )
