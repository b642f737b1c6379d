"""The words that an export must not hold: names of methods and of whatever stands for one."""

from __future__ import annotations

import codecs
import dataclasses
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import PurePosixPath
from typing import Literal

from reports.rating.model import Asked, Outcomes, PublicStudy, Shown, Sitting, Texts
from steadybench.study.key import Key
from steadybench.study.questions import QUESTIONS

How = Literal["loose", "tight", "word", "value"]
"""``loose``: anywhere, with any signs or none between its words. ``tight``: anywhere, with at most one of
``-_./:``. ``word``: as a whole word. ``value``: only where it is all that a field, file or tag says, since
it is an ordinary word."""

_ORDINARY = 7
"""Letters below which a name of one word is told from ordinary words only by standing alone."""
_BETWEEN = {"loose": r"[\W_]{0,3}", "tight": r"[-_./:]?"}


@dataclass(frozen=True)
class Name:
    """One of them."""

    text: str
    what: str
    """What it names, such as ``a method``."""
    how: How

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Lower-case parts; ``CausVid`` has two, ``2506.08009`` too."""
        parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.text)
        return tuple(re.findall(r"[^\W_]+", parted.lower()))

    @cached_property
    def plain(self) -> str:
        """Letters and digits alone, lower case."""
        return "".join(self.words)


@dataclass(frozen=True)
class Known:
    """Names to look for."""

    names: tuple[Name, ...]

    @cached_property
    def by_plain(self) -> dict[str, Name]:
        """Names by their letters and digits."""
        return {name.plain: name for name in reversed(self.names)}

    def within(self, text: str) -> Iterator[tuple[Name, str]]:
        """Names that stand in a text, each with how it is spelled there; ordinary words are left out."""
        squeezed = re.sub(r"[\W_]+", "", text.lower())
        for name in self.names:
            if name.how != "value" and name.plain in squeezed:
                yield from ((name, match[0]) for match in _pattern(name).finditer(text))

    def alone(self, value: str) -> Name | None:
        """The name that is all of a value."""
        return self.by_plain.get(re.sub(r"[\W_]", "", value).lower())


@cache
def _pattern(name: Name) -> re.Pattern[str]:
    words = [re.escape(word) for word in name.words]
    if name.how == "word":
        return re.compile(rf"(?<![^\W_]){'[-_ ]?'.join(words)}(?![^\W_])", re.IGNORECASE)
    joined = _BETWEEN[name.how].join(words)
    before = r"(?<![0-9])" if name.words[0][0].isdigit() else ""
    after = r"(?![0-9])" if name.words[-1][-1].isdigit() else ""
    return re.compile(f"{before}{joined}{after}", re.IGNORECASE)


@cache
def built_in() -> tuple[Name, ...]:
    """Methods with their papers, programs and configurations, and prompts that come with the project."""
    from generators.cards.facts import facts
    from generators.engine.catalogue import METHODS
    from generators.native.catalogue import declarations
    from generators.registry import available
    from prompts.loader import load_suite

    spelled = [text for method in METHODS for text in (method, facts(method).title)]
    found = [Name(text, "a method", "loose" if "-" in text else "tight") for text in spelled]
    found += [Name(paper.arxiv, f"the paper of {method}", "tight")
              for method in METHODS for paper in facts(method).papers if paper.arxiv]  # fmt: skip
    found += [Name(own.repository, f"the program of {own.method}", "tight") for own in declarations()]
    for method in available():
        if method.name in METHODS:
            found += [_named(name, "a configuration") for name in method.configurations]
        else:
            found.append(_named(method.name, "a method", ordinary=method.source == "built-in"))
        found += [Name(f"{method.name}:{name}", "a method", "loose") for name in method.configurations]
    found.append(Name("wan 2.1", "a backbone", "loose"))
    found += [_named(prompt.id, "a prompt") for prompt in load_suite("fixed_camera").prompts]
    return _usable(found)


def known(key: Key | None = None) -> Known:
    """Names that come with the project, and those of a study's key."""
    own = list(_of_key(key)) if key else []
    return Known(_usable([*own, *built_in()]))


def _of_key(key: Key) -> Iterator[Name]:
    spoken = _spoken()
    for system in key.systems.values():
        single: How = "value" if system.method.lower() in spoken else "word"
        yield Name(system.method, "a method", _how(system.method, single))
        yield _named(system.label, "a system")
        yield _named(system.configuration, "a configuration")
        yield _named(system.backbone, "a backbone")
        yield from (_named(run, "a run") for run in system.runs)
    yield from (_named(prompt, "a prompt") for prompt in key.prompts.values())
    for source in key.sources.values():
        yield Name(source.path, "where a clip lies", "tight")
        yield _named(source.clip, "a clip of the run")
        yield _named(PurePosixPath(source.path).stem, "a clip of the run")


@cache
def _spoken() -> frozenset[str]:
    """Words that stand in the export of any study; a method that is called like one is not betrayed by it."""
    asked = (text for one in QUESTIONS.values() for text in (one.id, one.text, one.definition, one.training))
    words = re.findall(r"[^\W_]+", " ".join(chain(asked, _told(), _written())).lower())
    # Texts are read backwards and in rot13 too.
    return frozenset(way for word in words for way in (word, word[::-1], codecs.encode(word, "rot13")))


def _told() -> Iterator[str]:
    """What raters are told where nothing else is said: with clips that flash, and without."""
    from steadybench.study.exporting.public import Wording, texts

    for flashes in (0.0, math.inf):
        yield from dataclasses.astuple(texts(Wording(), [flashes]))


def _written() -> Iterator[str]:
    """Fixed names in the page's data and of its files."""
    yield "window.steadyStudy steadySession clip clips sessions study video model js mp4 page_version"
    for shape in (Asked, Shown, Sitting, Texts, Outcomes, PublicStudy):
        yield from (field.name for field in dataclasses.fields(shape))


def _named(text: str, what: str, *, ordinary: bool = False) -> Name:
    return Name(text, what, "value" if ordinary else _how(text, "value"))


def _how(text: str, single: How) -> How:
    """Several words tell enough anywhere; one word may be an ordinary one."""
    words = Name(text, "", "tight").words
    if len(words) > 1 and len("".join(words)) >= _ORDINARY:
        return "tight"
    return single


def _usable(names: Iterable[Name]) -> tuple[Name, ...]:
    """Each once; of equal ones the first, and none that says nothing."""
    found = {(name.words, name.how): name for name in reversed(tuple(names)) if len(name.plain) > 1}
    return tuple(reversed(found.values()))
