"""Row by row: the clips that are wanted, what stands in their way, and what making the rest will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generators.contract import GeneratorError, GeneratorInfo, Job
from generators.engine.blueprint import DeviceKind
from generators.engine.estimate import Estimate, told_size
from prompts.types import Prompt
from reports.labels import row_name
from steadybench.clips import ClipStore
from steadybench.outlook import fetch, native
from steadybench.outlook.disk import Bytes, clip_bytes
from steadybench.outlook.engine import Cost, EngineRow, engine_row
from steadybench.outlook.gpus import Card, matches
from steadybench.outlook.past import Pace, Past
from steadybench.plan import Format, Method, plan
from steadybench.studio import Studio


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    methods: Sequence[tuple[str, Mapping[str, str]]]
    """Specs, each with its options."""
    prompts: Sequence[Prompt]
    seeds: Sequence[int]
    shape: Format
    out: Path
    card: Card | None = None
    """GPU that it is planned for; None where none was named."""


@dataclass(frozen=True, slots=True)
class Row:
    """One method in one configuration."""

    spec: str
    name: str
    """As tables call it."""
    job: Job
    """Of its first clip; the others differ in prompt and seed alone."""
    clips: int
    finished: int | None
    """Clips that are there already; None where the row is refused, so that nobody knows which are its own."""
    cost: Cost | None
    """Of a clip; None where the engine does not make it, or cannot at this length."""
    memory: Estimate | None
    """None where the engine does not make it."""
    floor_s: float | None
    """Seconds that a clip takes on the card at the least; None without card or cost."""
    pace: Pace | None
    """Measured on finished clips; None where there are none of the row at this size, or of another card."""
    elsewhere: tuple[Pace, ...]
    """Measured on other devices than the one that is planned for."""
    disk: Bytes | None
    """Of a clip; None where nobody knows."""
    refusals: tuple[str, ...]
    """Why no clip of it can be made as things stand; empty where all is well."""

    @property
    def to_make(self) -> int:
        """Clips that are left."""
        return self.clips - (self.finished or 0)

    @property
    def floor_hours(self) -> float | None:
        """Of all clips that are left, on the card."""
        return None if self.floor_s is None else self.floor_s * self.to_make / 3600

    @property
    def hours(self) -> float | None:
        """Of all clips that are left, at the measured pace."""
        return None if self.pace is None else self.pace.per_second * self.job.seconds * self.to_make / 3600

    @property
    def flops(self) -> int | None:
        """Of all clips that are left."""
        return None if self.cost is None else self.cost.flops * self.to_make


def rows(wish: Wish, studio: Studio) -> list[Row]:
    """Look at every row; no weights are loaded, but those of a method that is not built in may be.

    Raises:
        GeneratorError: an unknown method, or a name that is none.
    """
    past = Past(wish.out)
    return [_row(spec, options, wish, studio, past) for spec, options in wish.methods]


def _row(spec: str, options: Mapping[str, str], wish: Wish, studio: Studio, past: Past) -> Row:
    faults: list[str] = []
    engine = _engine(spec, options, wish.card, faults)
    lacking = fetch.lacking(spec, options)
    faults += lacking
    info = None if lacking else _info(spec, options, wish.card, studio, faults)
    known = info or (engine.info if engine else _nobody(spec))
    job = wish.shape.job(wish.prompts[0], wish.seeds[0], known)
    faults += wish.shape.faults(known)
    faults += native.too_long(spec, job)
    cost, memory = None, None
    if engine:
        faults += engine.too_long(job.seconds)
        memory = engine.memory
        cost = None if engine.too_long(job.seconds) else engine.cost(job.frame_count)
        faults += _too_small(memory, wish.card)
    paces = past.paces(known, (job.width, job.height))
    mine = [pace for pace in paces if _fits(pace, wish.card)]
    finished = None
    if info:
        method = Method(spec, options, info, studio.file_sha256(spec))
        finished = _finished(method, wish)
    return Row(
        spec=spec,
        name=row_name(known.method, known.configuration, known.backbone),
        job=job,
        clips=len(wish.prompts) * len(wish.seeds),
        finished=finished,
        cost=cost,
        memory=memory,
        floor_s=_floor(cost, wish.card),
        pace=mine[0] if mine else None,
        elsewhere=tuple(pace for pace in paces if pace not in mine),
        disk=clip_bytes(job, known, paces),
        refusals=tuple(dict.fromkeys(faults)),
    )


def _engine(spec: str, options: Mapping[str, str], card: Card | None, faults: list[str]) -> EngineRow | None:
    kind: DeviceKind | None = "cuda" if card else None
    try:
        return engine_row(spec, options, kind)
    except GeneratorError as error:
        faults.append(str(error))
        return None


def _info(
    spec: str, options: Mapping[str, str], card: Card | None, studio: Studio, faults: list[str]
) -> GeneratorInfo | None:
    """Who makes the row; a card that is only planned for need not be in this machine."""
    here = {name: value for name, value in options.items() if card is None or name != "device"}
    try:
        return studio.load(spec, here).info
    except GeneratorError as error:
        faults.append(str(error))
        return None


def _nobody(spec: str) -> GeneratorInfo:
    method, _, configuration = spec.partition(":")
    return GeneratorInfo(method, configuration, "", 0)


def _finished(method: Method, wish: Wish) -> int:
    if not method.info.prompts_matter:
        return 0
    store = ClipStore(wish.out)
    planned = plan([method], wish.prompts, wish.seeds, wish.shape)
    return sum(store.load(item.key) is not None for item in planned)


def _too_small(memory: Estimate, card: Card | None) -> list[str]:
    if card is None or memory.total <= card.usable:
        return []
    return [f"{card.name} offers about {told_size(card.usable)}; {memory}; plan for a larger GPU"]


def _floor(cost: Cost | None, card: Card | None) -> float | None:
    if cost is None or card is None:
        return None
    return card.floor_s(cost.flops, cost.network.read + cost.network.written)


def _fits(pace: Pace, card: Card | None) -> bool:
    """Whether a pace is of the card that is planned for, as far as its device was told."""
    return card is None or not pace.device or card in matches(pace.device)
