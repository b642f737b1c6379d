"""What must be there before a program is run; the same checks serve the run and the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generators.contract import GeneratorError
from generators.native.catalogue import find
from generators.native.checkout import (
    MODEL,
    base_places,
    foreign_files,
    identify,
    missing_files,
    revision,
    working_folder,
)
from generators.native.declaration import Declaration
from generators.native.environment import ask_environment, environment_findings
from generators.native.finding import Finding
from generators.native.settings import MethodSettings, Settings, read_settings
from generators.wan.digests import digest_of
from generators.wan.files import whose
from generators.wan.looks import kind_of
from generators.wan.table import HubFile, for_row

_DIGITS = 12


def inspect(method: str, configuration: str, settings: Settings | None = None) -> list[Finding]:
    """Look at everything that a row needs on this machine, its environment too.

    Args:
        method: method with a program of its own.
        configuration: one of :func:`generators.native.configurations`.
        settings: the user's; None reads the default file.

    Raises:
        GeneratorError: there is no such row.
    """
    declaration = find(method, configuration)
    try:
        own = (settings or read_settings()).of(method)
    except GeneratorError as error:
        return [Finding("fault", "settings", str(error), "see docs/native.md")]
    found = [*file_findings(declaration, own)]
    cwd = working_folder(own.checkout, declaration)
    if cwd.is_dir():
        found += environment_findings(declaration, ask_environment(declaration, own, cwd))
    return found


def file_findings(declaration: Declaration, settings: MethodSettings) -> Iterator[Finding]:
    """Checkout, code, checkpoint and base files."""
    cwd = working_folder(settings.checkout, declaration)
    if not cwd.is_dir():
        fix = f"git clone -b {declaration.branch} https://github.com/{declaration.repository} there"
        yield Finding("fault", "checkout", f"{cwd} is not a folder", fix)
        return
    yield from _code(declaration, settings, cwd)
    yield from _revision(declaration, settings, cwd)
    yield from _checkpoint(declaration, settings)
    if declaration.lora:
        yield from _lora(declaration, settings)
    yield from _base(declaration, cwd)


def _code(declaration: Declaration, settings: MethodSettings, cwd: Path) -> Iterator[Finding]:
    for name, told in declaration.wrong_branch:
        if (cwd / name).is_file():
            fix = f"git -C {settings.checkout} checkout {declaration.branch}"
            yield Finding("fault", "branch", f"{name} is there: {told}", fix)
            return
    missing, foreign = missing_files(cwd, declaration), foreign_files(cwd, declaration)
    source = f"https://github.com/{declaration.repository}"
    if missing:
        also = ", the rest from yesiltepe-hidir/infinity-rope (docs/native.md)" if declaration.marks else ""
        yield Finding("fault", "files", f"missing: {', '.join(missing)}", f"take them from {source}{also}")
    if foreign:
        told = f"not of {declaration.repository}: {', '.join(foreign)}"
        yield Finding("fault", "files", told, f"copy the files of {source} over the others once more")
    if not missing and not foreign:
        yield Finding("ok", "files", f"all of them, with {declaration.config}")


def _revision(declaration: Declaration, settings: MethodSettings, cwd: Path) -> Iterator[Finding]:
    told, who = str(revision(settings.checkout)), identify(cwd, declaration)
    read = declaration.revision[:_DIGITS]
    if who.as_read:
        yield Finding("ok", "code", f"{told}; the code is that of {read}")
    elif not declaration.code_sha256:
        yield Finding("ok", "code", f"{told}; recorded as {who.revision}")
    else:
        told += f"; its code is not that of {read}, which was read here"
        fix = f"git checkout {read}, or go on: rows are called {declaration.method}:{who.configuration}"
        yield Finding("warning", "code", told, fix)


# ---- weights


def find_checkpoint(declaration: Declaration, settings: MethodSettings) -> Path:
    """The settings' checkpoint, else the first declared place that holds one, else the first."""
    own = settings.checkpoints.get(declaration.configuration)
    places = [own] if own else [settings.checkout / place for place in declaration.checkpoint]
    return next((place for place in places if place.is_file()), places[0])


def find_lora(declaration: Declaration, settings: MethodSettings) -> Path:
    """The settings' LoRA, else the declared place."""
    return settings.lora or settings.checkout / declaration.lora


def _checkpoint(declaration: Declaration, settings: MethodSettings) -> Iterator[Finding]:
    path, published = find_checkpoint(declaration, settings), for_row(*_row(declaration)).weights
    source = f"download {published.path} of {published.repo} from the Hugging Face hub"
    yield from _weights("checkpoint", path, published, f"{source}, or name another place with checkpoint")
    name = declaration.checkpoint_name
    if name and path.name != name:
        told = f"{path.name} is its name; the program opens {name} in the folder that it is given"
        yield Finding("fault", "checkpoint", told, f"link it as {name}")
    for word, why in declaration.forbidden_in_checkpoint:
        if word in str(path).casefold():
            told = f"its path {path} holds the word {word!r}: {why}"
            yield Finding("fault", "checkpoint", told, "move or link it to a path without that word")


def _lora(declaration: Declaration, settings: MethodSettings) -> Iterator[Finding]:
    published = for_row(*_row(declaration)).adapter
    if published is None:
        return
    fix = f"download {published.path} of {published.repo}, or name another place with lora"
    yield from _weights("LoRA", find_lora(declaration, settings), published, fix)


def _row(declaration: Declaration) -> tuple[str, str]:
    return declaration.method, declaration.configuration


def _weights(subject: str, path: Path, published: HubFile, fix: str) -> Iterator[Finding]:
    """Whether a file of weights is there, whole, and the one that its authors published."""
    if not path.is_file():
        yield Finding("fault", subject, f"{path} is missing", fix)
        return
    try:
        kind_of(path)
        digest = digest_of(path)
    except (GeneratorError, OSError) as error:
        yield Finding("fault", subject, str(error), fix)
        return
    told = f"{path}, SHA-256 {digest[:_DIGITS]}"
    other = whose(digest)
    if published.sha256 in {"", digest}:
        known = "the published file" if published.sha256 else "no digest of the published file is known"
        yield Finding("ok", subject, f"{told}; {known}")
    elif other:
        yield Finding("fault", subject, f"{told}; it is {other}, expected {published.title}", fix)
    else:
        told += f"; {published.title} has {published.sha256[:_DIGITS]}"
        yield Finding("warning", subject, told, f"{fix}, or go on: the digest is recorded with every clip")


def _base(declaration: Declaration, cwd: Path) -> Iterator[Finding]:
    places = base_places(cwd, declaration)
    if not places:
        told = (
            f"{declaration.wrapper} names no path with {MODEL}; nobody knows whether the base files are there"
        )
        yield Finding("warning", "base files", told, f"keep the folder's name, {MODEL}")
        return
    gone = [place for place in places if not place.there]
    if strange := [place for place in places if place.fault]:
        where = "; ".join(f"{declaration.wrapper}:{place.line}: {place.fault}" for place in strange)
        yield Finding("fault", "base files", where, _base_fix(declaration, cwd))
    elif not gone:
        yield Finding("ok", "base files", f"at the {len(places)} places that {declaration.wrapper} names")
    else:
        where = "; ".join(f"{declaration.wrapper}:{place.line} wants {place.path}" for place in gone)
        yield Finding("fault", "base files", f"not there: {where}", _base_fix(declaration, cwd))


def _base_fix(declaration: Declaration, cwd: Path) -> str:
    if declaration.base:
        place = (cwd / declaration.base).resolve()
        return f"download Wan-AI/{MODEL} to {place}, or link it there"
    return (
        f"download Wan-AI/{MODEL} and write its folder into these lines yourself, "
        f'such as "/models/{MODEL}/..." (the checkout is never edited from here)'
    )
