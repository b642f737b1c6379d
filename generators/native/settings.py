"""Where the user's checkouts and environments are: one TOML file, one table a method.

``$STEADYBENCH_NATIVE``, else ``~/.config/steadybench/native.toml``, or the file that an option names.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generators.contract import GeneratorError
from generators.native.catalogue import configurations, find, methods

VARIABLE = "STEADYBENCH_NATIVE"
TIME_LIMIT_S = 3300.0
"""Seconds that a program may run where the settings say nothing; a little less than a run allows a job by
itself (``--time-limit``), so that it is the program that is stopped, with its last words told."""
LAUNCH_PLACEHOLDERS = ("checkout", "workspace", "cwd", "gpu")
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_EXAMPLE = '["/path/to/venv/bin/python"]'


@dataclass(frozen=True, slots=True)
class MethodSettings:
    """How one method's program is run on this machine."""

    checkout: Path
    launch: tuple[str, ...]
    """What starts Python in the program's environment; items may hold ``{checkout}``, ``{workspace}``,
    ``{cwd}`` (the program's working folder) and ``{gpu}``."""
    checkpoints: Mapping[str, Path] = field(default_factory=dict)
    """By configuration; where one is missing the places of the declaration are looked at."""
    lora: Path | None = None
    gpu: str = ""
    """Value for ``CUDA_VISIBLE_DEVICES``; empty for the first device that the caller sees."""
    time_limit_s: float = TIME_LIMIT_S
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file."""

    file: Path
    methods: Mapping[str, MethodSettings]

    def of(self, method: str) -> MethodSettings:
        """The table of a method.

        Raises:
            GeneratorError: there is none.
        """
        if method in self.methods:
            return self.methods[method]
        raise GeneratorError(
            f"{method}: {self.file} has no table [{method}]; write one with checkout and launch, "
            "see docs/native.md"
        )


def default_file() -> Path:
    """Where the settings lie unless an option names another file; it need not exist."""
    own = os.environ.get(VARIABLE)
    return Path(own).expanduser() if own else Path.home() / ".config" / "steadybench" / "native.toml"


def read_settings(file: Path | None = None) -> Settings:
    """Read and check the file.

    Raises:
        GeneratorError: it is missing or no TOML, or holds faults; all of them in one message.
    """
    file = (file or default_file()).expanduser()
    try:
        with file.open("rb") as stream:
            tables = tomllib.load(stream)
    except FileNotFoundError:
        raise GeneratorError(
            f"there is no {file}; write the places of checkouts and environments there, or name another file "
            f"with ${VARIABLE} or the option native=FILE; docs/native.md has an example"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GeneratorError(f"{file} cannot be read as TOML: {error}") from error
    faults: list[str] = []
    found = {name: item for name, table in tables.items() if (item := _method(name, table, faults.append))}
    if faults:
        raise GeneratorError(f"{file}: {'; '.join(faults)}")
    return Settings(file, found)


_Tell = Callable[[str], None]


def _method(name: str, table: object, tell: _Tell) -> MethodSettings | None:
    if name not in methods():
        tell(f"unknown table [{name}]{_near(name, methods())}; valid: {', '.join(methods())}")
        return None
    if not isinstance(table, dict):
        tell(f"{name} must be a table, [{name}]")
        return None
    faults = [f"[{name}] {fault}" for fault in _faults(name, table)]
    for fault in faults:
        tell(fault)
    if faults:
        return None
    checkpoint = table.get("checkpoint", {})
    if isinstance(checkpoint, str):
        checkpoint = dict.fromkeys(configurations(name), checkpoint)
    return MethodSettings(
        checkout=_path(table["checkout"]),
        launch=(str(Path(table["launch"][0]).expanduser()), *table["launch"][1:]),
        checkpoints={key: _path(value) for key, value in checkpoint.items()},
        lora=_path(table["lora"]) if "lora" in table else None,
        gpu=str(table.get("gpu", "")),
        time_limit_s=float(table.get("time_limit_s", TIME_LIMIT_S)),
        env=dict(table.get("env", {})),
    )


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _near(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


# ---- one rule a key: faults of its value


def _faults(method: str, table: Mapping[str, object]) -> Iterator[str]:
    for key in table.keys() - _RULES.keys():
        yield f"unknown key {key}{_near(key, tuple(_RULES))}; valid: {', '.join(_RULES)}"
    for key in ("checkout", "launch"):
        if key not in table:
            yield f"lacks {key}"
    for key, rule in _RULES.items():
        if key in table:
            yield from (f"{key} {fault}" for fault in rule(method, table[key]))


def _place(_method: str, value: object) -> Iterator[str]:
    if not isinstance(value, str) or not _path(value or ".").is_absolute():
        yield f"must be an absolute path or one that starts with ~, got {value!r}"


def _checkpoint(method: str, value: object) -> Iterator[str]:
    known = configurations(method)
    if isinstance(value, str):
        if len({find(method, configuration).checkpoint for configuration in known}) > 1:
            example = f'checkpoint = {{ {known[0]} = "..." }}'
            yield f"must say which configuration it is for, {example}: they have different checkpoints"
        yield from _place(method, value)
    elif isinstance(value, dict):
        for key, place in value.items():
            if key not in known:
                yield f"names an unknown configuration {key}{_near(key, known)}; valid: {', '.join(known)}"
            yield from _place(method, place)
    else:
        yield f"must be a path, or a table of paths by configuration, got {value!r}"


def _lora(method: str, value: object) -> Iterator[str]:
    if not any(find(method, configuration).lora for configuration in configurations(method)):
        yield "is given, but this method has none"
    yield from _place(method, value)


def _launch(_method: str, value: object) -> Iterator[str]:
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
        yield f"must be a list of non-empty texts, such as {_EXAMPLE}, got {value!r}"
        return
    if "/" in value[0] and not _path(value[0]).is_absolute():
        yield f"must start with an absolute path or a name on PATH, got {value[0]!r}"
    for name in dict.fromkeys(name for item in value for name in PLACEHOLDER.findall(item)):
        if name not in LAUNCH_PLACEHOLDERS:
            valid = ", ".join(f"{{{known}}}" for known in LAUNCH_PLACEHOLDERS)
            yield f"holds an unknown {{{name}}}{_near(name, LAUNCH_PLACEHOLDERS)}; valid: {valid}"


def _gpu(_method: str, value: object) -> Iterator[str]:
    number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if not number and not (isinstance(value, str) and value and "," not in value):
        yield f"must be the number or the UUID of one GPU, got {value!r}"


def _time_limit(_method: str, value: object) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        yield f"must be a number of seconds above 0, got {value!r}"


def _env(_method: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        yield f"must be a table of texts, got {value!r}"


_RULES: dict[str, Callable[[str, object], Iterator[str]]] = {
    "checkout": _place,
    "launch": _launch,
    "checkpoint": _checkpoint,
    "lora": _lora,
    "gpu": _gpu,
    "time_limit_s": _time_limit,
    "env": _env,
}
