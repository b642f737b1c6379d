"""Measuring the network and the streamed decoder of the published size with seeded random weights."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

import torch
from diffusers import AutoencoderKLWan
from torch import Tensor, nn

from benchmarks.engine import METHODS
from generators.contract import Frames
from generators.engine import catalogue
from generators.engine.backbone import Backbone, Decoder, Text
from generators.engine.backbones import source
from generators.engine.blueprint import Blueprint, CodecNeed
from generators.engine.estimate import estimate
from generators.engine.flops import of_clip, sizes_of
from generators.engine.horizon import latents_of, pictures_of, plan, trimmed
from generators.engine.network import CausalWan
from generators.engine.noise import Noise
from generators.engine.recipe import Recipe
from generators.engine.rollout import Clip, rollout
from generators.engine.shape import NetworkShape
from generators.wan.codec import WAN_VAE, WanCodec
from generators.wan.cost import authors_decode
from generators.wan.cost import codec as codec_cost
from generators.wan.flops import FIRST_LATENT, NEXT_LATENT

WORDS = 60
"""Tokens of the prompt that are not padding."""
EARLY = 12
"""Latent frames after which the decoder holds all that it will ever hold."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and at what size things are measured."""

    device: torch.device
    dtype: torch.dtype
    blueprint: Blueprint
    vae: dict[str, object]
    published: bool
    """Whether the sizes are the published ones, for which floors and estimates hold."""

    def settle(self) -> None:
        """Wait until the device has done everything."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def begin(self) -> None:
        """Count memory from here."""
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(self.device)

    def peak(self) -> int | None:
        """Most bytes of tensors since :meth:`begin`; None on a CPU, where nobody counts."""
        return torch.cuda.max_memory_allocated(self.device) if self.device.type == "cuda" else None


@dataclass(frozen=True, slots=True)
class Rolled:
    """One method."""

    row: str
    latents: int
    """Latent frames that were made."""
    video_s: float
    """Seconds of video that they hold, as asked for."""
    seconds: float
    flops: int
    moved: int
    """Bytes that must cross the device's memory at the least."""
    peak: int | None
    """Most bytes of tensors, the network's weights included and no codec."""
    estimated: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The streamed decoder."""

    latents: int
    video_s: float
    seconds: float
    flops: int | None
    early: int | None
    """Peak after the first latent frames."""
    peak: int | None
    estimated: int | None
    whole: int | None
    """Bytes of the finished video alone where a program holds all of it."""


def published(device: torch.device) -> Place:
    """The published sizes, as they run on that kind of device."""
    kind = "cuda" if device.type == "cuda" else "cpu"
    made = source("wan2.1-1.3b").blueprint("cuda" if kind == "cuda" else "cpu")
    return Place(device, torch.bfloat16, replace(made, number_bytes=2), dict(WAN_VAE), published=True)


def reduced(device: torch.device) -> Place:
    """A network and a codec that take seconds on one core; what they say about speed is nothing."""
    shape = NetworkShape(dim=24, ffn_dim=48, heads=2, layers=2, channels=16, text_dim=6)
    made = replace(
        published(device).blueprint,
        shape=shape,
        latent=(16, 4, 6),
        width=48,
        height=32,
        text_tokens=8,
        number_bytes=4,
        codec=CodecNeed(0, 0, 0),
    )
    return Place(device, torch.float32, made, {**WAN_VAE, "base_dim": 8}, published=False)


@torch.inference_mode()
def rolled(place: Place, network: CausalWan, method: str, seconds: float) -> Rolled:
    """Make the latents of a clip with a method's rule, after a short clip to warm up."""
    configuration = METHODS[method]
    recipe = catalogue.recipe(method, configuration)
    pictures = round(seconds * place.blueprint.fps)
    work = of_clip(recipe, pictures, sizes_of(place.blueprint, recipe))
    need = estimate(place.blueprint, recipe)
    told = need.weights + need.cache + need.context + need.work
    row = f"{method}:{configuration}"
    try:
        _run(place, network, recipe, pictures_of(2 * recipe.policy.block))
        place.begin()
        place.settle()
        start = time.perf_counter()
        made = _run(place, network, recipe, pictures)
        place.settle()
        spent = time.perf_counter() - start
    except torch.cuda.OutOfMemoryError as error:
        return Rolled(row, 0, seconds, 0.0, 0, 0, place.peak(), told, f"memory ran out: {error}")
    return Rolled(row, made, seconds, spent, work.flops, work.read + work.written, place.peak(), told)


def _run(place: Place, network: CausalWan, recipe: Recipe, pictures: int) -> int:
    """Roll out a clip of so many pixel frames as the engine does; latent frames made.

    A chain of segments hands its last latents over as they are: the codec's part in it is not measured here.
    """
    horizon, segments, made = plan(recipe, pictures), recipe.segments, 0
    of = backbone(place, network)
    clip = Clip(Text(_words(place), ""), Noise.of("benchmark", 0, of.latent, of.device))
    prefix: Tensor | None = None
    for number in range(horizon.rollouts):
        asked, given = horizon.latents, 0 if prefix is None else prefix.shape[2]
        if number + 1 == horizon.rollouts:  # as the engine, which stops once the last picture is there
            asked = _last_latents(recipe, pictures, horizon.rollouts)
        done: list[Tensor] = []
        stream = rollout(of, recipe.policy, [clip], horizon.latents, recipe.ema, prefix)
        while given + sum(final.shape[2] for final in done) < asked:
            done.append(next(stream))
        made += sum(final.shape[2] for final in done)
        prefix = torch.cat(done, 2)[:, :, -segments.overlap :] if segments else None
    return made


def _last_latents(recipe: Recipe, pictures: int, rollouts: int) -> int:
    """Latent frames of the last rollout that hold the clip's last pictures."""
    segments = recipe.segments
    if segments is None or rollouts == 1:
        return latents_of(pictures)
    kept = pictures_of(segments.frames) - trimmed(segments)
    return max(segments.overlap + 1, latents_of(pictures - (rollouts - 1) * kept))


def _words(place: Place) -> Tensor:
    """A prompt as the text encoder gives it, zeros behind its words."""
    tokens = torch.zeros(place.blueprint.text_tokens, place.blueprint.shape.text_dim)
    tokens[:WORDS].normal_(std=0.1, generator=torch.Generator().manual_seed(0))
    return tokens.to(place.device)


def backbone(place: Place, network: CausalWan) -> Backbone:
    """The network alone."""
    return Backbone(
        network=network,
        codec=_NoCodec(),
        read_prompt=_no_prompt,
        latent=place.blueprint.latent,
        device=place.device,
        dtype=place.dtype,
    )


def network_of(place: Place) -> CausalWan:
    """The network with seeded random weights that keep what flows through it within bounds."""
    with torch.device("meta"):
        made = CausalWan(place.blueprint.shape).to(place.dtype)
    made = made.to_empty(device=place.device).eval().requires_grad_(requires_grad=False)
    fill(made, place.device)
    return made


def codec_of(place: Place) -> WanCodec:
    """The video autoencoder, likewise."""
    with torch.device("meta"):
        made = AutoencoderKLWan(**place.vae).to(place.dtype)
    made = made.to_empty(device=place.device).eval().requires_grad_(requires_grad=False)
    fill(made, place.device)
    return WanCodec(made)


@torch.no_grad()
def fill(made: nn.Module, device: torch.device) -> None:
    """Matrices of unit gain, scales of one, small offsets."""
    draw = torch.Generator(device).manual_seed(0)
    for name, parameter in made.named_parameters():
        if name.endswith("gamma") or (parameter.ndim == 1 and name.endswith("weight")):
            parameter.fill_(1)
        elif parameter.ndim == 1 or "modulation" in name:
            parameter.normal_(std=0.02, generator=draw)
        else:
            parameter.normal_(std=parameter[0].numel() ** -0.5, generator=draw)


@torch.inference_mode()
def decoded(place: Place, codec: WanCodec, seconds: float) -> Decoded:
    """Decode a clip of random latents, one at a time as they would come."""
    channels, *cells = place.blueprint.latent
    latents = latents_of(round(seconds * place.blueprint.fps))
    draw = torch.Generator(place.device).manual_seed(0)

    def push(decoder: Decoder) -> Frames:
        return decoder.push(torch.randn(channels, 1, *cells, generator=draw, device=place.device))

    warm = codec.decoder()
    for _ in range(2):
        push(warm)
    del warm
    place.begin()
    decoder, early = codec.decoder(), None
    place.settle()
    start = time.perf_counter()
    for number in range(latents):
        push(decoder)
        if number + 1 == EARLY:
            early = place.peak()
    place.settle()
    spent = time.perf_counter() - start
    width, height = place.blueprint.width, place.blueprint.height
    cost = codec_cost(width, height, place.dtype.itemsize) if place.published else None
    return Decoded(
        latents=latents,
        video_s=seconds,
        seconds=spent,
        flops=FIRST_LATENT + (latents - 1) * NEXT_LATENT if place.published else None,
        early=early,
        peak=place.peak(),
        estimated=cost.weights + cost.kept + cost.work if cost else None,
        whole=authors_decode(width, height, latents) if place.published else None,
    )


def every(place: Place, methods: tuple[str, ...], seconds: float) -> Iterator[Rolled]:
    """One method after the other, on one network."""
    network = network_of(place)
    for method in methods:
        place.begin()
        yield rolled(place, network, method, seconds)


class _NoCodec:
    """Latents are not decoded here."""

    def decoder(self) -> NoReturn:
        raise NotImplementedError

    def encode(self, frames: Frames) -> NoReturn:
        raise NotImplementedError


def _no_prompt(text: str) -> NoReturn:
    raise NotImplementedError(text)
