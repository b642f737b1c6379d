"""Tables of what ``benchmarks.published`` measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from benchmarks.published_runs import Decoded, Rolled
from steadybench.outlook.gpus import Card

GIB = 2**30


def figures(
    machine: Mapping[str, str], rows: Sequence[Rolled], decode: Decoded | None, card: Card | None
) -> dict[str, object]:
    """Everything as plain data: what was measured, and what follows from it."""
    return {
        "machine": dict(machine),
        "floors_for": card.name if card else None,
        "rollouts": [asdict(row) | derived(row, card) for row in rows],
        "decoder": asdict(decode) if decode else None,
    }


def derived(row: Rolled, card: Card | None) -> dict[str, float | None]:
    """Speed, and the share of it that the card's floor is."""
    if not row.seconds:
        return {}
    floor = card.floor_s(row.flops, row.moved) if card else None
    return {
        "latents_per_s": row.latents / row.seconds,
        "times_real_time": row.video_s / row.seconds,
        "tflops_reached": row.flops / row.seconds / 1e12,
        "floor_s": floor,
        "floor_share": floor / row.seconds if floor else None,
    }


def markdown(
    machine: Mapping[str, str], rows: Sequence[Rolled], decode: Decoded | None, card: Card | None
) -> str:
    """A page."""
    lines = ["# The network of the published size on a GPU, with random weights", ""]
    lines += [f"* {name}: {value}" for name, value in machine.items()]
    lines += ["", _floors(card), "", *_rollouts(rows, card)]
    if decode:
        lines += ["", *_decoder(decode, card)]
    return "\n".join(lines) + "\n"


def _floors(card: Card | None) -> str:
    if card is None:
        return "Floors: this device is not in the table of cards, so none are given."
    return (
        f"Floors are those of an {card.name} as published ({card.tflops:g} dense bfloat16 TFLOP/s, "
        f"{card.gbps} GB/s; {card.source}): exact FLOPs and least bytes, whichever takes longer. "
        "Nothing reaches them."
    )


def _rollouts(rows: Sequence[Rolled], card: Card | None) -> list[str]:
    heads = (
        "row, latent frames, seconds, latent frames a second, times real time, TFLOP/s, floor s, "
        "floor / measured, peak memory, estimate"
    )
    lines = _head(heads)
    for row in rows:
        if row.fault:
            lines.append(f"| {row.row} | {row.fault} |||||||| {gib(row.estimated)} |")
            continue
        told = derived(row, card)
        lines.append(
            f"| {row.row} | {row.latents} | {row.seconds:.1f} | {told['latents_per_s']:.2f} | "
            f"{told['times_real_time']:.2f} | {told['tflops_reached']:.1f} | {_number(told['floor_s'])} | "
            f"{_number(told['floor_share'])} | {gib(row.peak)} | {gib(row.estimated)} |"
        )
    return [
        *lines,
        "",
        "Memory is of the network's weights and the rollout, without decoder and text encoder.",
    ]


def _decoder(decode: Decoded, card: Card | None) -> list[str]:
    floor = card.floor_s(decode.flops, 0) if card and decode.flops else None
    heads = (
        "video, latent frames, seconds, times real time, floor s, peak after the first frames, peak, "
        "estimate, a whole video held at once"
    )
    row = (
        f"| {decode.video_s:g} s | {decode.latents} | {decode.seconds:.1f} | "
        f"{decode.video_s / decode.seconds:.2f} | {_number(floor)} | {gib(decode.early)} | "
        f"{gib(decode.peak)} | {gib(decode.estimated)} | {gib(decode.whole)} |"
    )
    return ["## The streamed decoder", "", *_head(heads), row]


def _head(names: str) -> list[str]:
    """Both lines above a table's rows; the first column to the left."""
    columns = names.split(", ")
    return [f"| {' | '.join(columns)} |", f"|---|{'--:|' * (len(columns) - 1)}"]


def gib(count: int | None) -> str:
    """``12.3 GiB``; a dash where nothing was measured."""
    return "–" if count is None else f"{count / GIB:.2f} GiB"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
