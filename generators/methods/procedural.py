"""Adapter for the procedural scenes: ``procedural:clean`` and one configuration per failure.

``drift`` turns that dial from 40 % of the horizon on, ``drift@10`` from second 10, ``drift@10x0.5`` at half
strength.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from generators.contract import FrameStream, GeneratorError, GeneratorInfo, Job
from generators.limits import range_faults
from generators.options import check_names, number
from generators.procedural.dials import KINDS, Dial
from generators.procedural.hashing import stable_hash
from generators.procedural.renderer import Renderer, check_format
from prompts.types import Prompt, Regime

ADAPTER_VERSION = 1
ONSET_SHARE = 0.4
"""Onset where the configuration names none, as a share of the horizon."""

_CONFIGURATION = re.compile(r"([a-z]+)(?:@(\d{1,6}(?:\.\d{1,6})?)(?:x(\d{1,3}(?:\.\d{1,6})?))?)?")

_BY_REGIME: Mapping[Regime, str] = MappingProxyType(
    {
        "channel_flow": "river",
        "falling_water": "waterfall",
        "oscillating_water": "surf",
        "falling_precipitation": "rain",
        "buoyant_plume": "smoke",
        "combustion": "fire",
        "windborne": "clouds",
        "geothermal": "steam",
        "accumulating": "snow",
    }
)

_BY_WORD: tuple[tuple[str, str], ...] = (
    ("steam", "steam vapour vapor geyser fumarole"),
    ("smoke", "smoke plume soot"),
    ("clouds", "cloud clouds fog mist haze"),
    ("snow", "snow snowflakes snowfall flakes sleet blizzard"),
    ("rain", "rain drizzle shower downpour hail"),
    ("waterfall", "waterfall cascade falls"),
    ("fire", "fire flame flames campfire bonfire embers"),
    ("river", "river stream brook creek canal rapids millrace meltwater"),
    ("surf", "surf wave waves swell sea ocean tide breakers"),
)
"""Scene and the words that name it, the most telling scene first: sea fog is fog."""


def scene_for(prompt: Prompt) -> str:
    """Name of the scene that shows a prompt's medium: by its words where they match, else by its regime."""
    return named_scene(prompt) or _BY_REGIME[prompt.regime]


def named_scene(prompt: Prompt) -> str | None:
    """Name of the scene that a prompt's medium names; None where the renderer has no such medium."""
    words = set(re.findall(r"[a-z]+", prompt.medium.lower()))
    return next((scene for scene, names in _BY_WORD if words & set(names.split())), None)


def parse_configuration(text: str) -> tuple[str | None, float | None, float]:
    """Split ``clean``, ``KIND``, ``KIND@SECOND`` or ``KIND@SECONDxSTRENGTH``.

    Returns:
        Kind of dial or None for the clean clip, onset in seconds or None for the default, strength.

    Raises:
        GeneratorError: unknown kind or another form; the message lists what is valid.
    """
    if text == "clean":
        return None, None, 1.0
    match = _CONFIGURATION.fullmatch(text)
    kind = match[1] if match else text.partition("@")[0]
    if match is None or kind not in KINDS:
        near = difflib.get_close_matches(kind, ("clean", *KINDS), n=1)
        hint = f"did you mean {near[0]!r}? " if near and near[0] != kind else ""
        raise GeneratorError(
            f"procedural: configuration {text!r} is not known; {hint}valid: clean, or KIND, KIND@SECOND, "
            f"KIND@SECONDxSTRENGTH with KIND one of {', '.join(KINDS)}"
        )
    return kind, None if match[2] is None else float(match[2]), 1.0 if match[3] is None else float(match[3])


class Procedural:
    """Renders the scene of a prompt, clean or with one dial turned."""

    def __init__(self, configuration: str = "clean", sensor_noise: float = 0.0) -> None:
        self._kind, self._onset, self._strength = parse_configuration(configuration)
        self._sensor_noise = sensor_noise
        name = configuration if sensor_noise == 0 else f"{configuration}+noise{sensor_noise:g}"
        self._info = GeneratorInfo("procedural", name, "none", ADAPTER_VERSION, licence="Apache-2.0")

    @property
    def info(self) -> GeneratorInfo:
        """Identity of the generator."""
        return self._info

    def generate(self, job: Job, workspace: Path) -> FrameStream:  # noqa: ARG002
        """Render a job.

        Raises:
            GeneratorError: impossible or absurd size, rate or length, or a dial that would begin after the
                clip's end.
        """
        faults = check_format(job.width, job.height, job.fps) or range_faults(job)
        if self._onset is not None and self._onset >= job.seconds:
            faults.append(f"onset {self._onset:g} s lies beyond the clip's end at {job.seconds:g} s")
        if faults:
            raise GeneratorError(f"procedural: {'; '.join(faults)}")
        scene = scene_for(job.prompt)
        renderer = Renderer(
            scene,
            stable_hash(job.prompt.id, job.seed),
            job.width,
            job.height,
            job.fps,
            direction=job.prompt.direction,
            dials=self._dials(job),
            sensor_noise=self._sensor_noise,
        )
        shown = None if named_scene(job.prompt) else f"a rendered scene of {scene}"
        return FrameStream(job.fps, renderer.blocks(job.frame_count), renderer.labels, shown)

    def _dials(self, job: Job) -> tuple[Dial, ...]:
        if self._kind is None:
            return ()
        onset = ONSET_SHARE * job.seconds if self._onset is None else self._onset
        return (Dial(self._kind, onset, self._strength),)


def create(configuration: str, options: Mapping[str, str]) -> Procedural:
    """Factory for the registry.

    Option ``sensor_noise``: standard deviation of the sensor noise, code values (default 0).

    Raises:
        GeneratorError: unknown configuration or option.
    """
    check_names("procedural", options, ("sensor_noise",))
    return Procedural(configuration, number("procedural", options, "sensor_noise", 0.0))
