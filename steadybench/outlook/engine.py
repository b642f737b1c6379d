"""What a clip of the rollout engine takes: from tables and schedules, without PyTorch and without weights."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generators.contract import GeneratorError, GeneratorInfo
from generators.engine import backbones, catalogue
from generators.engine.blueprint import Blueprint, DeviceKind
from generators.engine.estimate import Estimate, estimate
from generators.engine.flops import Work, of_clip, sizes_of
from generators.engine.horizon import plan, too_long
from generators.engine.recipe import ENGINE_OPTIONS, Recipe
from generators.registry import parse_spec

CODECS: Mapping[str, str] = {"wan2.1-1.3b": "generators.wan.flops:of_codec"}
"""Backbone and ``module:function`` that counts its autoencoder's FLOPs."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one clip takes, however it is made and on whatever device."""

    latents: int
    """Latent frames of all rollouts."""
    rollouts: int
    network: Work
    codec: int | None
    """FLOPs of the autoencoder; None where nobody counted it."""

    @property
    def flops(self) -> int:
        """Of network and autoencoder."""
        return self.network.flops + (self.codec or 0)


@dataclass(frozen=True, slots=True)
class EngineRow:
    """A method on the engine, known from its name and options alone."""

    info: GeneratorInfo
    """Without digest and licence of weights, which nobody has looked for."""
    recipe: Recipe
    others: Mapping[str, Recipe]
    """Every configuration of the method."""
    blueprint: Blueprint

    @property
    def memory(self) -> Estimate:
        """Of one clip, however long."""
        return estimate(self.blueprint, self.recipe)

    def too_long(self, seconds: float) -> list[str]:
        """Why a clip of this length cannot be made; empty where it can."""
        return too_long(self.info.method, self.recipe, self.others, seconds, self.blueprint.fps)

    def cost(self, pictures: int) -> Cost:
        """Of a clip of so many pixel frames.

        Raises:
            ValueError: more than the recipe can make.
        """
        horizon = plan(self.recipe, pictures)
        network = of_clip(self.recipe, pictures, sizes_of(self.blueprint, self.recipe))
        return Cost(horizon.latents * horizon.rollouts, horizon.rollouts, network, self._codec(pictures))

    def _codec(self, pictures: int) -> int | None:
        if self.blueprint.name not in CODECS:
            return None
        module, _, function = CODECS[self.blueprint.name].partition(":")
        counter: Callable[[Recipe, int], int] = getattr(importlib.import_module(module), function)
        return counter(self.recipe, pictures)


def engine_row(spec: str, options: Mapping[str, str], kind: DeviceKind | None = None) -> EngineRow | None:
    """The row of a spec; None where another generator than the engine makes it.

    Args:
        spec: ``method`` or ``method:configuration``.
        options: of the adapter, as text.
        kind: device that it is planned for; None for the one that the options name.

    Raises:
        GeneratorError: unknown configuration or backbone.
    """
    method, configuration = parse_spec(spec)
    if method not in catalogue.METHODS or (configuration or "").partition("-")[0] == "native":
        return None
    words = {name: word for name, word in options.items() if name not in ENGINE_OPTIONS}
    recipes = catalogue.recipes(method, **words)
    name = configuration or next(iter(recipes))
    recipe = catalogue.recipe(method, name, **words)
    if kind is None:
        kind = "cuda" if options.get("device", "cpu").startswith("cuda") else "cpu"
    blueprint = backbones.source(options.get("backbone", backbones.DEFAULT)).blueprint(kind)
    info = GeneratorInfo(
        method, name, blueprint.name, 0, size=(blueprint.width, blueprint.height), fps=blueprint.fps
    )
    return EngineRow(info, recipe, recipes, blueprint)


def runs_on(spec: str, options: Mapping[str, str]) -> str | None:
    """Name of a row's backbone; None where the engine does not make the row, or does not know it."""
    try:
        row = engine_row(spec, options)
    except GeneratorError:
        return None
    return None if row is None else row.blueprint.name
