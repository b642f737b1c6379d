"""The run plan: prompts x methods x seeds at one horizon and picture format, each job under its own key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from generators.contract import GeneratorInfo, Job
from generators.encode import ENCODER_VERSION
from metrics.types import Json, canonical_json, sha256_text
from prompts.types import Prompt


@dataclass(frozen=True, slots=True)
class Method:
    """A generator as the command line names it, and who it says it is."""

    spec: str
    """``method`` or ``method:configuration``."""
    options: Mapping[str, str]
    info: GeneratorInfo


@dataclass(frozen=True, slots=True)
class Format:
    """What every clip of a run has in common."""

    seconds: float
    """Horizon."""
    fps: float
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """One clip to make."""

    method: Method
    job: Job
    key: str = field(init=False)
    """SHA-256 over all that decides the frames: generator, options, prompt, seed, format, encoder."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", sha256_text(canonical_json(description(self.method, self.job))))

    @property
    def name(self) -> str:
        """The clip's name for people."""
        info = self.method.info
        return f"{info.method}:{info.configuration} {self.job.prompt.id} seed {self.job.seed}"


def description(method: Method, job: Job) -> dict[str, Json]:
    """Say in plain JSON values everything that decides the frames of a clip."""
    return {
        "generator": asdict(method.info),
        "options": dict(method.options),
        "job": asdict(job),
        "encoder": ENCODER_VERSION,
    }


def plan(
    methods: Sequence[Method], prompts: Sequence[Prompt], seeds: Sequence[int], shape: Format
) -> list[PlannedClip]:
    """List all jobs, method by method, so that a worker can keep its generator loaded."""
    return [
        PlannedClip(method, Job(prompt, seed, shape.seconds, shape.fps, shape.width, shape.height))
        for method in methods
        for prompt in prompts
        for seed in seeds
    ]
