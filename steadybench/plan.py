"""The run plan: prompts x methods x seeds at one horizon, each job under its own key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from generators.contract import GeneratorInfo, Job
from generators.encode import ENCODER_VERSION
from generators.limits import format_faults
from metrics.types import Json, canonical_json, sha256_text
from prompts.types import Prompt
from reports.labels import row_name

USUAL_FPS = 16.0
USUAL_SIZE = (832, 480)
"""Picture of the published methods, pixels."""


@dataclass(frozen=True, slots=True)
class Method:
    """A generator as the command line names it, and who it says it is."""

    spec: str
    """``method`` or ``method:configuration``."""
    options: Mapping[str, str]
    info: GeneratorInfo
    file_sha256: str = ""
    """Digest of the single file that it comes from, empty for an installed method."""

    @property
    def name(self) -> str:
        """The method with configuration and backbone, as tables tell it apart."""
        return row_name(self.info.method, self.info.configuration, self.info.backbone)


@dataclass(frozen=True, slots=True)
class Format:
    """What is asked of every clip of a run."""

    seconds: float
    """Horizon."""
    fps: float | None = None
    """Frames a second; None for what the method makes, else :data:`USUAL_FPS`."""
    size: tuple[int, int] | None = None
    """Width and height in pixels; None for what the method makes, else ``usual_size``."""
    usual_size: tuple[int, int] = USUAL_SIZE

    def job(self, prompt: Prompt, seed: int, info: GeneratorInfo) -> Job:
        """The job of one clip, in the format that was asked for or that the generator makes."""
        width, height = self.size or info.size or self.usual_size
        return Job(prompt, seed, self.seconds, self.fps or info.fps or USUAL_FPS, width, height)

    def faults(self, info: GeneratorInfo) -> list[str]:
        """Why a generator cannot make this format, and what to ask for instead."""
        size, fps = format_faults(info, self.size, None), format_faults(info, None, self.fps)
        return [
            *(f"{fault}; leave out --size" for fault in size),
            *(f"{fault}; leave out --fps" for fault in fps),
        ]


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """One clip to make."""

    method: Method
    job: Job
    key: str = field(init=False)
    """SHA-256 over all that decides the frames: generator, its file, options, prompt, seed, format,
    encoder."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", sha256_text(canonical_json(description(self.method, self.job))))

    @property
    def name(self) -> str:
        """The clip's name for people."""
        return f"{self.method.name} {self.job.prompt.id} seed {self.job.seed}"


def description(method: Method, job: Job) -> dict[str, Json]:
    """Say in plain JSON values everything that decides the frames of a clip."""
    return {
        "generator": asdict(method.info),
        "file_sha256": method.file_sha256,
        "options": dict(method.options),
        "job": asdict(job),
        "encoder": ENCODER_VERSION,
    }


def plan(
    methods: Sequence[Method], prompts: Sequence[Prompt], seeds: Sequence[int], shape: Format
) -> list[PlannedClip]:
    """List all jobs, method by method, so that a worker can keep its generator loaded."""
    return [
        PlannedClip(method, shape.job(prompt, seed, method.info))
        for method in methods
        for prompt in prompts
        for seed in seeds
    ]
