"""The files of a study, each made once and named by what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from steadybench.study.key import Source, token
from steadybench.study.model import Stimulus, StimulusKind
from steadybench.study.planning.candidates import Candidate, prompt_token, system_token
from steadybench.study.planning.showing import Length

EXAMPLE_S = 8.0
"""Longest training example and instruction."""


class Stock:
    """Collects stimuli and their sources."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._stimuli: dict[str, Stimulus] = {}
        self._sources: dict[str, Source] = {}
        self._clips: dict[str, Candidate] = {}

    @property
    def stimuli(self) -> tuple[Stimulus, ...]:
        """Everything that was asked for, sorted by token."""
        return tuple(one for _, one in sorted(self._stimuli.items()))

    @property
    def sources(self) -> Mapping[str, Source]:
        """Sources of these by token."""
        return dict(sorted(self._sources.items()))

    def clip_of(self, stimulus: str) -> Candidate:
        """The clip that a stimulus shows."""
        return self._clips[self._stimuli[stimulus].source]

    def get(self, stimulus: str) -> Stimulus:
        """One stimulus by its token."""
        return self._stimuli[stimulus]

    def clip(self, clip: Candidate, length: Length) -> str:
        """Token of the file that shows a clip so long."""
        source = token(self.secret, "source", clip.sha256)
        system, prompt = system_token(self.secret, clip.setup), prompt_token(self.secret, clip.prompt)
        self._clips[source] = clip
        self._sources[source] = Source(str(clip.path), clip.sha256, clip.name, system, prompt, clip.seed)
        return self._keep(Stimulus("", "clip", system, prompt, source, length.seconds, length.excerpt, "", "",
                                   length.until))

    def copy(self, stimulus: str) -> str:
        """Token of a second file that shows the same."""
        return self._keep(replace(self._stimuli[stimulus], kind="copy"))

    def spoiled(self, stimulus: str, spoil: str) -> str:
        """Token of a file that shows the same with some damage done to it."""
        return self._keep(replace(self._stimuli[stimulus], kind="spoiled", spoil=spoil))

    def instruction(self, press: str, side: str, seconds: float) -> str:
        """Token of a picture that says which answer to give; each side has its own."""
        return self._drawn("instruction", min(seconds, EXAMPLE_S), press=press, of=side)

    def example(self, question: str, spoil: str, seconds: float) -> str:
        """Token of one side of a training example; the clean one has no ``spoil``."""
        return self._drawn("training", min(seconds, EXAMPLE_S), spoil=spoil, of=question)

    def _drawn(self, kind: StimulusKind, seconds: float, spoil: str = "", press: str = "", of: str = ""
               ) -> str:
        return self._keep(Stimulus("", kind, "", "", "", seconds, "full", spoil, press), of)

    def _keep(self, one: Stimulus, of: str = "") -> str:
        """Name a stimulus by everything that it shows, and ``of`` whatever else tells it apart."""
        digest = self._sources[one.source].sha256 if one.source else ""
        length = (one.excerpt, f"{one.seconds:g}", f"{one.until:g}")
        name = token(self.secret, "stimulus", one.kind, digest, *length, one.spoil, one.press, of)
        self._stimuli[name] = replace(one, token=name)
        return name
