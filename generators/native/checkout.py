"""A checkout as it lies on the disk: what is missing, which code it is, where it looks for the base files.

Nothing here writes to it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generators.native.declaration import Declaration

MODEL = "Wan2.1-T2V-1.3B"
WIDTH = 1536
"""Of its network; Wan2.1 14B has 5120, Wan2.2 5B 3072."""
_LITERAL = re.compile(
    r"""(?P<quote>["'])(?P<path>[^"'\n]*?(?:Wan2\.1-T2V-1\.3B|\{model_name\})/)(?P<rest>[^"'\n]*)(?P=quote)"""
)
"""A text in Python code that leads into the folder of the base files; a slash follows the folder's name."""
_GIT_LIMIT_S = 30.0
_DIGITS = 12


def working_folder(checkout: Path, declaration: Declaration) -> Path:
    """Where the program runs."""
    return checkout / declaration.folder


def missing_files(folder: Path, declaration: Declaration) -> list[str]:
    """Files that the program cannot do without and that are not in its working folder, relative to it."""
    scripts = [item for program in declaration.programs for item in program.command if item.endswith(".py")]
    wanted = dict.fromkeys((*scripts, declaration.config, declaration.wrapper, *declaration.needed))
    return [name for name in wanted if not (folder / name).is_file()]


def foreign_files(folder: Path, declaration: Declaration) -> list[str]:
    """Files that are there and lack the word that tells this method's code from another's."""
    return [
        name
        for name, word in declaration.marks
        if (folder / name).is_file() and word not in _text(folder / name)
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


# ---- which code


def code_digest(folder: Path, declaration: Declaration) -> str:
    """SHA-256 over the code that makes the frames, 64 hex digits.

    Python files and configs that the declaration names, by relative path; where the base files lie does not
    count, since users have to write that into some programs.
    """
    digest = hashlib.sha256()
    for path in _code_files(folder, declaration):
        name = path.relative_to(folder).as_posix()
        body = path.read_bytes()
        if name == declaration.wrapper:
            body = _LITERAL.sub(r"<base>/\g<rest>", body.decode("utf-8", "surrogateescape")).encode(
                "utf-8", "surrogateescape"
            )
        digest.update(f"{name}\0{hashlib.sha256(body).hexdigest()}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _code_files(folder: Path, declaration: Declaration) -> list[Path]:
    found: set[Path] = set()
    for name in declaration.code:
        place = folder / name
        found |= {place} if place.is_file() else {path for path in place.rglob("*.py") if path.is_file()}
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a checkout's code from other code in every row."""

    configuration: str
    """Name in tables: the plain one for the code that was read, and where no code is known to hold it
    against; else with the code's digest, so that no row can be taken for the declared program's."""
    revision: str
    """The declared commit for the code that was read, else the first digits of the code's digest."""
    as_read: bool
    """Whether the code is the one that the declaration was written from."""


def identify(folder: Path, declaration: Declaration) -> Identity:
    """Compare the code with the declared one.

    Two checkouts with different code never share a row, whatever git says of them; two with the same code
    always do, even where one of them has newer texts about it.
    """
    digest = code_digest(folder, declaration)
    if digest == declaration.code_sha256:
        return Identity(declaration.configuration, declaration.revision, as_read=True)
    told, name = digest[:_DIGITS], declaration.configuration
    if declaration.code_sha256:
        name += f"+code={told}"
    return Identity(name, f"{told} (digest of the code)", as_read=False)


# ---- which revision


@dataclass(frozen=True, slots=True)
class Revision:
    """What git says of a checkout."""

    commit: str
    """40 hex digits; empty where it is no git checkout of its own, or git is not there."""
    changed: tuple[str, ...] = ()
    """Tracked files that differ from the commit."""

    def __str__(self) -> str:
        """As people say it."""
        if not self.commit:
            return "no known revision (not a git checkout of its own, or git cannot read it)"
        shown = ", ".join(self.changed[:5]) + (", ..." if len(self.changed) > 5 else "")
        return f"revision {self.commit[:_DIGITS]}" + (f" with changes in {shown}" if self.changed else "")


def revision(checkout: Path) -> Revision:
    """Ask git, reading only."""
    top = _git(checkout, "rev-parse", "--show-toplevel")
    if top is None or Path(top.strip()).resolve() != checkout.resolve():  # a folder inside another repository
        return Revision("")
    commit = _git(checkout, "rev-parse", "--verify", "HEAD")
    status = _git(checkout, "status", "--porcelain", "--untracked-files=no", "-z")
    if commit is None or status is None:
        return Revision("")
    return Revision(commit.strip(), tuple(item[3:] for item in status.split("\0") if item[2:3] == " "))


def _git(checkout: Path, *arguments: str) -> str | None:
    """Output of git, None if it fails; it sees none of the caller's ``GIT_*`` variables and takes no lock."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-c", f"safe.directory={checkout.resolve()}", "-C", str(checkout), *arguments]
    try:
        answer = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, timeout=_GIT_LIMIT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.decode("utf-8", "surrogateescape")


# ---- where the base files are looked for


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the code with a path to base files."""

    line: int
    path: Path
    """Where the program will look, absolute or relative to its working folder."""
    there: bool
    fault: str = ""
    """What is wrong with the folder that is there; empty if nothing."""


def base_places(folder: Path, declaration: Declaration) -> list[Place]:
    """Every path to base files in the program's code, in order of lines."""
    wrapper = folder / declaration.wrapper
    if not wrapper.is_file():
        return []
    return list(_places(folder, _text(wrapper), declaration))


def _places(folder: Path, code: str, declaration: Declaration) -> Iterator[Place]:
    config = folder / declaration.config
    told = re.search(r"^checkpoint_path:\s*(\S+)", _text(config), re.MULTILINE) if config.is_file() else None
    above = told[1] if told else declaration.base.removesuffix(f"/{MODEL}")
    for number, line in enumerate(code.splitlines(), 1):
        for match in _LITERAL.finditer(line):
            text = f"{match['path']}{match['rest']}".replace("{model_name}", MODEL)
            path = Path(text.replace("{checkpoint_path}", above))
            if match["rest"]:
                yield Place(number, path, (folder / path).exists())
            else:
                there = (folder / path / "diffusion_pytorch_model.safetensors").exists()
                yield Place(number, path, there, _other_model(folder / path))


def _other_model(folder: Path) -> str:
    """Why a folder's network is not the one of 1.3 billion parameters; empty if it is, or cannot be told."""
    try:
        width = json.loads((folder / "config.json").read_bytes())["dim"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return "" if width == WIDTH else f"{folder} holds a network of width {width}, expected {WIDTH} ({MODEL})"
