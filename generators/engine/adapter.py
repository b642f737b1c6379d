"""A method of the engine as a generator: from a job to a stream of pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from generators.contract import FrameStream, GeneratorError, GeneratorInfo, Job
from generators.engine.backbone import Backbone
from generators.engine.backbones import DEFAULT, check_name, load_backbone
from generators.engine.cache import cache_dtype
from generators.engine.estimate import Estimate, Load, estimate
from generators.engine.horizon import Horizon, plan, reach
from generators.engine.machine import parse_device, settled, stepwise
from generators.engine.noise import Noise
from generators.engine.recipe import ENGINE_OPTIONS, Recipe
from generators.engine.rollout import Clip
from generators.engine.segments import pictures
from generators.limits import format_faults, range_faults
from generators.options import check_names

ADAPTER_VERSION = 1


class EngineGenerator:
    """One method in one configuration on one backbone.

    Args:
        method: row name.
        configuration: name as it is recorded.
        recipe: the method's rules in this configuration.
        options: ``backbone`` (default ``tiny``) and ``device``: ``cpu`` (default), ``cuda`` or ``cuda:N``.
        others: every configuration of the method by name, to tell which ones make a longer clip.

    Raises:
        GeneratorError: unknown option or device; unknown backbone, or one without weights.
    """

    def __init__(
        self,
        method: str,
        configuration: str,
        recipe: Recipe,
        options: Mapping[str, str],
        others: Mapping[str, Recipe],
    ) -> None:
        check_names(method, options, ENGINE_OPTIONS)
        self._recipe, self._others = recipe, others
        self._backbone = _backbone(method, options.get("backbone", DEFAULT), options.get("device", "cpu"))
        self._info = _info(method, configuration, self._backbone)

    @property
    def info(self) -> GeneratorInfo:
        """Identity of the generator."""
        return self._info

    def generate(self, job: Job, workspace: Path) -> FrameStream:  # noqa: ARG002
        """Roll out a job; the work is done while the stream is read.

        Raises:
            GeneratorError: a size, rate, length or prompt that cannot be made; here, or from the stream when
                memory runs out.
        """
        faults = [*self._format_faults(job), *_prompt_faults(job), *self._length_faults(job)]
        if faults:
            raise GeneratorError(f"{self._name}: {'; '.join(faults)}")
        backbone, count, words = self._backbone, job.frame_count, job.prompt.text
        need = f"{self._name}: {self._estimate(count)}"
        with settled(backbone.device, need):
            text = backbone.read_prompt(words)
        clip = Clip(text, Noise.of(words, job.seed, backbone.latent, backbone.device))
        return FrameStream(
            job.fps,
            stepwise(pictures(backbone, self._recipe, clip, count), backbone.device, need),
            prompt_as_used=None if text.as_used == words else text.as_used,
            notes=self._notes(count),
        )

    @property
    def _name(self) -> str:
        return f"{self._info.method}:{self._info.configuration}"

    def _format_faults(self, job: Job) -> list[str]:
        faults = format_faults(self._info, (job.width, job.height), job.fps)
        backbone = self._backbone
        advice = f"use --size {backbone.width}x{backbone.height} --fps {backbone.fps:g}"
        return [*range_faults(job), *faults, *([advice] if faults else [])]

    def _length_faults(self, job: Job) -> list[str]:
        limit, wanted = reach(self._recipe), job.seconds * self._backbone.fps
        if limit is None or not math.isfinite(wanted) or round(wanted) <= limit:
            return []
        longer = [name for name, other in self._others.items() if _reaches(other, wanted)]
        method = self._info.method
        advice = f"; use {' or '.join(f'{method}:{name}' for name in longer)}" if longer else ""
        seconds = math.floor(10 * limit / self._backbone.fps) / 10
        frames = f"{self._recipe.policy.frame_limit} latent frames"
        return [f"the longest clip is {seconds:g} s ({frames}), asked for {job.seconds:g} s{advice}"]

    def _notes(self, pictures_asked: int) -> tuple[str, ...]:
        horizon = plan(self._recipe, pictures_asked)
        return tuple(note for note in (self._recipe.note, _rounding(horizon, self._recipe)) if note)

    def _estimate(self, pictures_asked: int) -> Estimate:
        backbone, policy = self._backbone, self._recipe.policy
        passes = policy.schedule(plan(self._recipe, pictures_asked).latents)
        return estimate(
            Load(
                shape=backbone.network.shape,
                latent=backbone.latent,
                picture=(backbone.width, backbone.height),
                slots=policy.capacity,
                frames=max(len(forward.frames) for forward in passes),
                weight_bytes=backbone.dtype.itemsize,
                cache_bytes=cache_dtype(self._recipe.ema, backbone.dtype).itemsize,
            )
        )


def _backbone(method: str, name: str, device: str) -> Backbone:
    """Load what a method runs on.

    Raises:
        GeneratorError: all that is wrong with name and device, or with the weights.
    """
    faults: list[str] = []
    try:
        check_name(name)
    except GeneratorError as error:
        faults.append(str(error))
    try:
        place = parse_device(device)
    except GeneratorError as error:
        faults.append(str(error))
    if faults:
        raise GeneratorError(f"{method}: {'; '.join(faults)}")
    return load_backbone(name, place)


def _info(method: str, configuration: str, backbone: Backbone) -> GeneratorInfo:
    return GeneratorInfo(
        method,
        configuration,
        backbone.name,
        ADAPTER_VERSION,
        weights_digest=backbone.weights_digest,
        licence=backbone.licence,
        size=(backbone.width, backbone.height),
        fps=backbone.fps,
    )


def _prompt_faults(job: Job) -> list[str]:
    return [] if job.prompt.text.strip() else ["the prompt is empty; say what the video shows"]


def _reaches(recipe: Recipe, pictures: float) -> bool:
    limit = reach(recipe)
    return limit is None or round(pictures) <= limit


def _rounding(horizon: Horizon, recipe: Recipe) -> str:
    """What was made beyond what was asked for, where blocks do not end with the clip."""
    if horizon.rollouts > 1:
        return f"Made in {horizon.rollouts} rollouts of {horizon.latents} latent frames, cut to length."
    if horizon.latents == horizon.asked:
        return ""
    return (
        f"{horizon.latents} latent frames were made for {horizon.asked}, in blocks of "
        f"{recipe.policy.block}; cut to length."
    )
