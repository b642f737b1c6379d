"""A method of the engine as a generator: from a job to a stream of pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from generators.contract import FrameStream, GeneratorError, GeneratorInfo, Job
from generators.engine.backbones import DEFAULT, check_name, load_backbone, source
from generators.engine.blueprint import Blueprint, Order, Source, Weights
from generators.engine.estimate import estimate
from generators.engine.horizon import Horizon, plan, too_long
from generators.engine.machine import check_card, kind_of, parse_device, settled, stepwise
from generators.engine.noise import Noise
from generators.engine.recipe import ENGINE_OPTIONS, Recipe
from generators.engine.rollout import Clip
from generators.engine.segments import pictures
from generators.limits import format_faults, range_faults
from generators.options import check_names

ADAPTER_VERSION = 2


class EngineGenerator:
    """One method in one configuration on one backbone; its weights are loaded with the first clip.

    Args:
        method: row name.
        configuration: name as it is recorded.
        recipe: the method's rules in this configuration.
        options: ``backbone`` (default ``tiny``), ``device``: ``cpu`` (default), ``cuda`` or ``cuda:N``, and
            what the backbone reads.
        others: every configuration of the method by name, to tell which ones make a longer clip.

    Raises:
        GeneratorError: unknown option or device; unknown backbone, or one whose weights are missing; a GPU
            that is too small.
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
        self._backbone, self._device = _chosen(method, options)
        found = source(self._backbone)
        self._blueprint = found.blueprint(kind_of(self._device))
        self._estimate = estimate(self._blueprint, recipe)
        check_card(method, self._device, self._estimate)
        self._weights = found.find(Order(method, configuration, _for_source(method, options, found)))
        self._info = _info(method, configuration, self._blueprint, self._weights)

    @property
    def info(self) -> GeneratorInfo:
        """Identity of the generator."""
        return self._info

    def generate(self, job: Job, workspace: Path) -> FrameStream:  # noqa: ARG002
        """Roll out a job; the work is done while the stream is read.

        Raises:
            GeneratorError: a size, rate, length or prompt that cannot be made, or weights that cannot be
                loaded; here, or from the stream when memory runs out.
        """
        faults = [*self._format_faults(job), *_prompt_faults(job), *self._length_faults(job)]
        if faults:
            raise GeneratorError(f"{self._name}: {'; '.join(faults)}")
        count, words, device = job.frame_count, job.prompt.text, self._device
        need = f"{self._name}: {self._estimate}"
        with settled(device, need):
            backbone = load_backbone(self._backbone, self._weights, device)
            text = backbone.read_prompt(words)
        if not text.as_used:
            told = f"nothing of the prompt {words!r} reaches the network; say what the video shows"
            raise GeneratorError(f"{self._name}: {told}")
        clip = Clip(text, Noise.of(words, job.seed, backbone.latent, device))
        return FrameStream(
            job.fps,
            stepwise(pictures(backbone, self._recipe, clip, count), device, need),
            prompt_as_used=None if text.as_used == words else text.as_used,
            notes=(*self._notes(count), *backbone.notes),
        )

    @property
    def _name(self) -> str:
        return f"{self._info.method}:{self._info.configuration}"

    def _format_faults(self, job: Job) -> list[str]:
        faults = format_faults(self._info, (job.width, job.height), job.fps)
        sizes = self._blueprint
        advice = f"use --size {sizes.width}x{sizes.height} --fps {sizes.fps:g}"
        return [*range_faults(job), *faults, *([advice] if faults else [])]

    def _length_faults(self, job: Job) -> list[str]:
        method, fps = self._info.method, self._blueprint.fps
        return too_long(method, self._recipe, self._others, job.seconds, fps)

    def _notes(self, pictures_asked: int) -> tuple[str, ...]:
        horizon = plan(self._recipe, pictures_asked)
        told = (self._recipe.note, _rounding(horizon, self._recipe), *self._weights.notes)
        return tuple(note for note in told if note)


def _chosen(method: str, options: Mapping[str, str]) -> tuple[str, torch.device]:
    """Backbone and device.

    Raises:
        GeneratorError: all that is wrong with their names.
    """
    name, faults = options.get("backbone", DEFAULT), []
    device = torch.device("cpu")
    try:
        check_name(name)
    except GeneratorError as error:
        faults.append(str(error))
    try:
        device = parse_device(options.get("device", "cpu"))
    except GeneratorError as error:
        faults.append(str(error))
    if faults:
        raise GeneratorError(f"{method}: {'; '.join(faults)}")
    return name, device


def _for_source(method: str, options: Mapping[str, str], found: Source) -> dict[str, str]:
    """What of the options the backbone reads.

    Raises:
        GeneratorError: an option of another backbone.
    """
    given = {name: value for name, value in options.items() if name not in {"backbone", "device"}}
    strange = sorted(set(given) - set(found.options))
    if strange:
        backbone = options.get("backbone", DEFAULT)
        unread = ", ".join(strange)
        raise GeneratorError(f"{method}: backbone {backbone!r} has no option {unread}; leave it out")
    return given


def _info(method: str, configuration: str, blueprint: Blueprint, weights: Weights) -> GeneratorInfo:
    return GeneratorInfo(
        method,
        configuration + weights.variant,
        blueprint.name,
        ADAPTER_VERSION,
        weights_digest=weights.digest,
        licence=weights.licence,
        size=(blueprint.width, blueprint.height),
        fps=blueprint.fps,
    )


def _prompt_faults(job: Job) -> list[str]:
    return [] if job.prompt.text.strip() else ["the prompt is empty; say what the video shows"]


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
