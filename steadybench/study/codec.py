"""Frozen data classes to JSON and back, strictly: every fault is named with its place, all at once."""

from __future__ import annotations

import functools
import json
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dumps(value: object) -> str:
    """One way of writing for one value: sorted keys, no NaN, a line feed at the end."""
    return json.dumps(plain(value), sort_keys=True, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def plain(value: object) -> Any:
    """Data classes to mappings, tuples to lists."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


def parse(kind: type[T], body: object) -> T:
    """Read what :func:`plain` made.

    Raises:
        ValueError: fields are missing, unknown or hold something else; all faults are named.
    """
    faults = list(_faults(kind, body, ""))
    if faults:
        raise ValueError("; ".join(faults))
    return typing.cast("T", _made(kind, body))


def _faults(kind: Any, body: object, at: str) -> Iterator[str]:
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        yield from _class_faults(kind, body, at)
    elif origin is tuple and isinstance(body, list | tuple):
        inner = [arguments[0]] * len(body) if arguments[-1] is Ellipsis else list(arguments)
        if len(inner) != len(body):
            yield f"{at}: expected {len(inner)} values, got {len(body)}"
            return
        for index, (own, item) in enumerate(zip(inner, body, strict=True)):
            yield from _faults(own, item, f"{at}[{index}]")
    elif origin is not None and isinstance(origin, type) and issubclass(origin, Mapping) \
            and isinstance(body, Mapping):
        for key, item in body.items():
            yield from _faults(arguments[0], key, f"{at}: key {key!r:.40}")
            yield from _faults(arguments[1], item, f"{at}.{key}")
    elif not _is(kind, body):
        yield f"{at or 'the document'}: expected {_told(kind)}, got {body!r:.60}"


def _class_faults(kind: Any, body: object, at: str) -> Iterator[str]:
    if not isinstance(body, Mapping):
        yield f"{at or 'the document'}: expected an object, got {body!r:.60}"
        return
    hints = _hints(kind)
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}
    prefix = f"{at}." if at else ""
    yield from (f"{prefix}{name}: missing" for name in sorted(needed - body.keys()))
    yield from (f"{prefix}{name!s:.40}: unknown" for name in sorted(body.keys() - hints.keys(), key=str))
    for name in sorted(hints.keys() & body.keys()):
        yield from _faults(hints[name], body[name], f"{prefix}{name}")


@functools.cache
def _hints(kind: Any) -> Mapping[str, Any]:
    """Types of the fields of a data class; working them out takes longer than reading one does."""
    return get_type_hints(kind)


def _is(kind: Any, body: object) -> bool:
    origin = get_origin(kind)
    if origin is typing.Literal:
        return isinstance(body, str) and body in get_args(kind)
    if origin in (types.UnionType, Union):
        return any(_is(own, body) for own in get_args(kind))
    if kind is float:
        return isinstance(body, int | float) and not isinstance(body, bool) and abs(body) < float("inf")
    if kind is int:
        return isinstance(body, int) and not isinstance(body, bool)
    return isinstance(kind, type) and isinstance(body, kind)


def _told(kind: Any) -> str:
    if get_origin(kind) is typing.Literal:
        return "one of " + ", ".join(repr(value) for value in get_args(kind))
    names = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(kind, "a list" if get_origin(kind) is tuple else str(kind))


def _made(kind: Any, body: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        made: Any = kind
        hints = _hints(made)
        return made(**{name: _made(hints[name], body[name]) for name in hints.keys() & body.keys()})
    if origin is tuple:
        inner = [arguments[0]] * len(body) if arguments[-1] is Ellipsis else arguments
        return tuple(_made(own, item) for own, item in zip(inner, body, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _made(arguments[1], item) for key, item in body.items()}
    return float(body) if kind is float else body
