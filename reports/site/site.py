"""All that the pages are made from, gathered once: clips with their media, prompts, methods, standings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.gather import Column, Setup, Shot, columns, setup_of, shots
from reports.labels import Label, labels
from reports.leaderboard import MethodRow, method_rows, task_columns
from reports.looks import Look, looks
from reports.media import Order, Spread, one_by_one, prepare_all
from reports.model import MetricCard, ReportInput
from reports.modes import AS_THEY_ARE, Mode
from reports.pages import Shown
from reports.standings import Standings
from reports.steady_tables import standings_of
from reports.urls import metric_page, slug


@dataclass(frozen=True, slots=True)
class Scene:
    """A page of clips that belong side by side: all of one prompt, or one clip without a named prompt."""

    slug: str
    title: str
    prompt_id: str
    """Empty where no prompt is named."""
    texts: tuple[str, ...]
    """What the methods were asked for; more than one where the clips disagree under one prompt id."""
    clips: tuple[Shown, ...]
    """Sorted by method, then seed."""

    @property
    def seeds(self) -> tuple[int | None, ...]:
        """Seeds in order, without repeats; None where none is named."""
        found = {clip.shot.entry.seed for clip in self.clips}
        return tuple(sorted(found, key=lambda seed: (seed is None, seed or 0)))

    @property
    def end_s(self) -> float:
        """Length of the page's time axis in seconds: that of the longest clip."""
        return max((clip.end_s for clip in self.clips), default=0.0)


@dataclass(frozen=True, slots=True)
class Site:
    """What every page may use. Pages add nothing that does not follow from it."""

    data: ReportInput
    clips: tuple[Shown, ...]
    scenes: tuple[Scene, ...]
    """By prompt id; clips without a prompt last, by name."""
    columns: tuple[Column, ...]
    """Axes with an onset, the premise included, each once per identity."""
    standings: Standings
    rows: tuple[MethodRow, ...]
    """The leaderboard in its order; empty where no method is named."""
    looks: Mapping[Setup, Look]
    labels: Mapping[Setup, Label]
    cards: Mapping[str, MetricCard]
    """Metric cards by axis."""
    scene_of: Mapping[str, str]
    """Slug of the page that shows a clip, by the clip's key."""

    @property
    def shots(self) -> tuple[Shot, ...]:
        """Every distinct clip."""
        return tuple(clip.shot for clip in self.clips)

    @property
    def tasks(self) -> tuple[Column, ...]:
        """The columns of the leaderboard: every axis but the premise."""
        return task_columns(self.columns)

    def clip_url(self, key: str) -> str:
        """Path of a clip's place from the report's folder."""
        return f"prompt/{self.scene_of[key]}.html#{key}"

    def metric_url(self, metric: str) -> str:
        """Path of the card of ``drift`` or ``drift.late`` from the report's folder; empty without one."""
        axis, _, quantity = metric.partition(".")
        if axis not in self.cards:
            return ""
        return metric_page(self.cards[axis].name) + (f"#{slug(metric)}" if quantity else "")


def site_of(data: ReportInput, out: Path, told: Callable[[], None] = lambda: None,
            given: Standings | None = None, mode: Mode = AS_THEY_ARE, spread: Spread = one_by_one) -> Site:
    """Gather a report's contents and make its media below ``out``; ``told`` is called once per clip."""
    found = shots(data)
    named, seen = labels(found), looks({setup_of(shot.entry) for shot in found})
    orders = [Order(shot.path, shot.key, out / "clips", mode) for shot in found]
    clips = []
    for shot, media in zip(found, prepare_all(orders, spread, told), strict=True):
        setup = setup_of(shot.entry)
        clips.append(Shown(shot, media, named[setup], seen[setup]))
    standings = given or standings_of(data)
    all_columns = columns(found)
    scenes = _scenes(clips)
    return Site(
        data, tuple(clips), scenes, all_columns, standings,
        method_rows(found, task_columns(all_columns), standings), seen, named,
        {name: card for card in data.metric_cards for name in (card.name, *card.also)},
        {clip.shot.key: scene.slug for scene in scenes for clip in scene.clips},
    )


def _scenes(clips: Sequence[Shown]) -> tuple[Scene, ...]:
    by_prompt: dict[str, list[Shown]] = defaultdict(list)
    lone = []
    for clip in clips:
        prompt = clip.shot.entry.prompt_id
        if prompt:
            by_prompt[prompt].append(clip)
        else:
            lone.append(clip)
    named = [_scene(slug(prompt), prompt, prompt, own) for prompt, own in sorted(by_prompt.items())]
    alone = [_scene(f"clip-{clip.shot.key}", clip.shot.entry.clip, "", [clip])
             for clip in sorted(lone, key=lambda clip: (clip.shot.entry.clip, clip.shot.key))]
    return (*named, *alone)


def _scene(name: str, title: str, prompt_id: str, clips: Sequence[Shown]) -> Scene:
    ordered = sorted(clips, key=_order)
    texts = dict.fromkeys(clip.shot.entry.prompt for clip in ordered if clip.shot.entry.prompt)
    return Scene(name, title, prompt_id, tuple(texts), tuple(ordered))


def _order(clip: Shown) -> tuple[Setup, bool, int, str, str]:
    entry = clip.shot.entry
    return setup_of(entry), entry.seed is None, entry.seed or 0, entry.clip, clip.shot.key
