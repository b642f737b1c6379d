"""Methods by name: built in, from packages that announce themselves through an entry point, or single files.

Listing imports no adapter module; a method is imported when it is loaded.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from generators.contract import Generator, GeneratorError, GeneratorInfo, Registered
from generators.plugins import import_file, read_plugin

GROUP = "steadybench.generators"
"""Entry-point group: name = ``module:factory``; the factory takes (configuration, options) and gives a
Generator."""

BUILT_IN: tuple[Registered, ...] = (
    Registered(
        "causal-forcing",
        "generators.methods.causal_forcing:create",
        configurations=(
            "engine-native",
            "chunkwise",
            "framewise",
            "framewise-2step",
            "framewise-1step",
            "common",
            "native",
            "native-chunkwise",
            "native-framewise",
            "native-framewise-2step",
            "native-framewise-1step",
        ),
    ),
    Registered(
        "causvid",
        "generators.methods.causvid:create",
        configurations=(
            "engine-native",
            "common",
            "native",
        ),
    ),
    Registered(
        "infinite-forcing",
        "generators.methods.infinite_forcing:create",
        configurations=(
            "engine-native",
            "common",
            "native",
        ),
    ),
    Registered(
        "longlive",
        "generators.methods.longlive:create",
        configurations=(
            "engine-native",
            "infinity",
            "common",
            "native",
            "native-infinity",
        ),
    ),
    Registered(
        "reward-forcing",
        "generators.methods.reward_forcing:create",
        configurations=(
            "engine-native",
            "block6",
            "common",
            "native",
        ),
    ),
    Registered(
        "rolling-forcing",
        "generators.methods.rolling_forcing:create",
        configurations=(
            "engine-native",
            "common",
            "native",
        ),
    ),
    Registered(
        "self-forcing",
        "generators.methods.self_forcing:create",
        configurations=(
            "engine-native",
            "long",
            "common",
            "native",
        ),
    ),
    Registered(
        "steady-forcing",
        "generators.methods.steady_forcing:create",
        configurations=(
            "engine-native",
            "common",
            "no-sink",
            "v-sink",
            "ema-sink",
            "dual-sink",
            "engine-native-absolute",
            "no-sink-absolute",
            "v-sink-absolute",
            "ema-sink-absolute",
            "dual-sink-absolute",
            "native",
        ),
    ),
    Registered(
        "procedural",
        "generators.methods.procedural:create",
        configurations=(
            "clean",
            "attenuation",
            "blur",
            "boiling",
            "drift",
            "freeze",
            "hardening",
            "pan",
            "pingpong",
            "redraw",
            "replay",
            "shake",
            "stagnation",
            "sticking",
            "tone",
            "zoom",
        ),
    ),
    Registered("program", "generators.methods.program:create"),
    Registered("recorded", "generators.methods.recorded:create"),
)

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_CONFIGURATION = re.compile(r"[A-Za-z0-9@.+_=-]+")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def parse_spec(spec: str) -> tuple[str, str | None]:
    """Split ``name`` or ``name:configuration``.

    Returns:
        The method's name, and the configuration or None where the method's first one is meant.

    Raises:
        GeneratorError: the text has another form.
    """
    name, colon, configuration = spec.partition(":")
    if not _NAME.fullmatch(name) or (colon and not _CONFIGURATION.fullmatch(configuration)):
        raise GeneratorError(
            f"method {spec!r} is not of the form NAME or NAME:CONFIGURATION "
            "(lower-case letters, digits, '.', '_', '-' in the name; no spaces), such as procedural:drift@10"
        )
    return name, configuration if colon else None


class PluginWarning(UserWarning):
    """Names a plug-in that is left out, and why."""


def available(files: Sequence[Registered] = ()) -> tuple[Registered, ...]:
    """All methods, sorted by name. A plug-in that cannot be used is left out with a warning that names it.

    Args:
        files: methods of single files, see :func:`read_plugins`.
    """
    usable, refused = _sorted_out(files)
    for reason in refused.values():
        warnings.warn(reason, PluginWarning, stacklevel=2)
    return usable


def _sorted_out(files: Sequence[Registered]) -> tuple[tuple[Registered, ...], dict[str, str]]:
    """The methods that can be used, by name, and why others cannot."""
    plugins = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))
    taken = Counter(entry.name for entry in plugins) + Counter(method.name for method in (*BUILT_IN, *files))
    usable, refused = [*BUILT_IN, *files], {}
    for entry in plugins:
        if reason := _fault(entry, taken):
            origin = f" of package {entry.dist.name}" if entry.dist else ""
            refused[entry.name] = f"plug-in {entry.name!r} = {entry.value!r}{origin} is refused: {reason}"
        else:
            usable.append(Registered(entry.name, entry.value, "entry-point"))
    return tuple(sorted(usable, key=lambda method: method.name)), refused


def _fault(entry: EntryPoint, taken: Mapping[str, int]) -> str:
    """Why an entry point cannot be used, as far as can be told without importing it; empty if it can."""
    if not _NAME.fullmatch(entry.name):
        return "its name may hold only lower-case letters, digits, '.', '_' and '-'"
    if not _TARGET.fullmatch(entry.value):
        return "its target is not of the form module:factory"
    if taken[entry.name] > 1:
        return "another method has the same name"
    package = re.split(r"[.:]", entry.value, maxsplit=1)[0]
    if importlib.util.find_spec(package) is None:
        return f"there is no module {package!r}; install its package again"
    return ""


def read_plugins(paths: Sequence[Path]) -> tuple[Registered, ...]:
    """Register single Python files, each as a method, without running them; a file named twice counts once.

    Raises:
        GeneratorError: names every file that cannot be used, for example for its name.
    """
    found, faults = [], []
    for path in dict.fromkeys(path.resolve() for path in paths):
        try:
            found.append(read_plugin(path))
        except GeneratorError as error:
            faults.append(str(error))
    taken = Counter(entry.name for entry in entry_points(group=GROUP))
    taken += Counter(method.name for method in (*BUILT_IN, *found))
    for method in found:
        wrong = "is no valid name for a method" if not _NAME.fullmatch(method.name) else ""
        wrong = wrong or ("is the name of another method too" if taken[method.name] > 1 else "")
        if wrong:
            faults.append(f'plug-in {str(method.file)!r}: {method.name!r} {wrong}; write NAME = "..." in it')
    if faults:
        raise GeneratorError("; ".join(faults))
    return tuple(found)


def find(name: str, files: Sequence[Registered] = ()) -> Registered:
    """The registered method of that name.

    Raises:
        GeneratorError: there is none, or it cannot be used; the message says why, or suggests near names.
    """
    usable, refused = _sorted_out(files)
    methods = {method.name: method for method in usable}
    if name in methods:
        return methods[name]
    if name in refused:
        raise GeneratorError(refused[name])
    near = difflib.get_close_matches(name, methods, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known methods: {', '.join(methods)}"
    raise GeneratorError(f"unknown method {name!r}; {hint}")


def load(spec: str, options: Mapping[str, str] | None = None, files: Sequence[Registered] = ()) -> Generator:
    """Import a method and make it ready.

    Args:
        spec: ``name`` or ``name:configuration``.
        options: settings of the adapter by name, as text.
        files: methods of single files, see :func:`read_plugins`.

    Raises:
        GeneratorError: unknown method or configuration, bad option, or an adapter that cannot be imported.
    """
    name, configuration = parse_spec(spec)
    method = find(name, files)
    factory = _factory(method)
    try:
        generator = factory(configuration or method.configurations[0], dict(options or {}))
        good = isinstance(generator, Generator) and isinstance(generator.info, GeneratorInfo)
    except GeneratorError:
        raise
    except (Exception, SystemExit) as error:
        raise GeneratorError(_broken(method, error)) from error
    if not good:
        raise GeneratorError(
            f"{method.target} of method {name!r} gave {type(generator).__name__}; expected an object with "
            "the property info, a GeneratorInfo, and the method generate(job, workspace)"
        )
    return cast("Generator", generator)


def _broken(method: Registered, error: BaseException) -> str:
    words = f"{type(error).__name__}: {error}"
    return f"method {method.name!r} ({method.source}) cannot be loaded from {method.target}: {words}"


def _factory(method: Registered) -> Callable[[str, Mapping[str, str]], object]:
    module, _, attribute = method.target.partition(":")
    try:
        loaded = import_file(method.file, method.sha256) if method.file else importlib.import_module(module)
        factory = getattr(loaded, attribute)
    except GeneratorError:
        raise
    except (Exception, SystemExit) as error:
        raise GeneratorError(_broken(method, error)) from error
    if not callable(factory):
        raise GeneratorError(f"{method.target} of method {method.name!r} is not callable")
    found: Callable[[str, Mapping[str, str]], object] = factory
    return found
