"""The network against a derivation that shares no code with it; planted errors, which that must see."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from generators.engine import rotary
from generators.engine.network import Attention, CausalWan, KeyValue, Pass
from generators.engine.rotary import Rotary
from generators.engine.shape import NetworkShape
from tests.generators.engine import reference
from tests.generators.engine.reference import CASES, Case, Derived

SHAPE = NetworkShape(
    dim=reference.DIM,
    ffn_dim=reference.FFN_DIM,
    heads=reference.HEADS,
    layers=reference.LAYERS,
    channels=reference.CHANNELS,
    text_dim=reference.TEXT_DIM,
)
CPU = torch.device("cpu")
TOLERANCE = 1e-5
"""Absolute, and relative for numbers above 1; results reach 15."""
PLANTED = 1e-3
"""Absolute."""
STATE = reference.seeded_state()
VECTORS = json.loads(Path(__file__).with_name("reference.json").read_text(encoding="utf-8"))
EVERY = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@pytest.fixture(scope="module")
def derived() -> dict[str, Derived]:
    """The derivation's answer to every case."""
    return {case.name: case.derive(STATE) for case in CASES}


def network(dtype: torch.dtype) -> CausalWan:
    made = CausalWan(SHAPE).to(dtype).eval().requires_grad_(requires_grad=False)
    made.load_state_dict({name: torch.from_numpy(found.copy()) for name, found in STATE.items()}, strict=True)
    return made


@torch.inference_mode()
def run(made: CausalWan, case: Case) -> Pass:
    """One pass of the network; context keys are rotated as the cache rotates them."""
    dtype, context = made.head.head.weight.dtype, None
    if case.earlier is not None:
        turn = made.rotary(case.context, (case.cells[0] // 2, case.cells[1] // 2), CPU)
        context = [
            KeyValue(turn(_clip(key, dtype)), _clip(value, dtype)) for key, value in case.earlier.layers
        ]
    return made(
        _clip(case.latents, dtype),
        torch.tensor([case.timesteps]),
        made.read_text(_clip(case.words, dtype)),
        case.query_index,
        case.own_key_index,
        context,
    )


def _clip(x: Any, dtype: torch.dtype) -> Tensor:
    """An array as a batch of one."""
    return torch.from_numpy(np.ascontiguousarray(x))[None].to(dtype)


def difference(made: CausalWan, case: Case, wanted: Derived) -> float:
    """Largest difference of any number of the flow, the keys and the values, see :data:`TOLERANCE`."""
    got = run(made, case)
    pairs = [(got.flow, wanted.flow)]
    for (key, value), (wanted_key, wanted_value) in zip(got.own, wanted.own, strict=True):
        pairs += [(key, wanted_key), (value, wanted_value)]
    return max(_apart(mine[0].double().numpy(), theirs) for mine, theirs in pairs)


def _apart(mine: Any, theirs: Any) -> float:
    return float((np.abs(mine - theirs) / np.maximum(1, np.abs(theirs))).max())


@EVERY
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_a_pass_agrees_with_the_derivation(
    case: Case, dtype: torch.dtype, derived: dict[str, Derived]
) -> None:
    assert difference(network(dtype), case, derived[case.name]) < TOLERANCE
    assert np.abs(derived[case.name].flow).max() > 1


@EVERY
def test_derivation_and_network_agree_with_the_numbers_on_file(
    case: Case, derived: dict[str, Derived]
) -> None:
    """Were both to drift together, this would see it."""
    wanted, made, got = VECTORS["cases"][case.name], derived[case.name], run(network(torch.float32), case)

    for name, mine, theirs in (
        ("flow", made.flow, got.flow),
        ("last_keys", made.own[-1][0], got.own[-1].key),
        ("last_values", made.own[-1][1], got.own[-1].value),
    ):
        assert reference.picked(mine) == pytest.approx(wanted[name], abs=1e-9)
        assert reference.picked(theirs[0].double().numpy()) == pytest.approx(
            wanted[name], abs=TOLERANCE, rel=TOLERANCE
        )


def test_a_committed_block_is_the_context_of_the_next(derived: dict[str, Derived]) -> None:
    """A clean pass's keys and values, handed on, give the same second pass in both."""
    first = Case("handed on, clean", (0.0, 0.0), 0, 0)
    clean = first.derive(STATE)
    own = run(network(torch.float32), first).own
    turn = Rotary.of(SHAPE.head_dim, (0, 1), (2, 3), CPU)
    second = Case("handed on, next", (1000.0, 625.0), 2, 2)
    made = network(torch.float32)
    got = made(
        _clip(second.latents, torch.float32),
        torch.tensor([second.timesteps]),
        made.read_text(_clip(second.words, torch.float32)),
        second.query_index,
        second.own_key_index,
        [KeyValue(turn(key), value) for key, value in own],
    )
    wanted = reference.forward(
        STATE,
        second.latents,
        second.timesteps,
        second.words,
        second.query_index,
        second.own_key_index,
        reference.Context((0, 1), clean.own),
    )

    assert _apart(got.flow[0].numpy(), wanted.flow) < TOLERANCE
    assert np.abs(wanted.flow - second.derive(STATE).flow).max() > PLANTED, "the context plays no part"


def test_zeros_behind_a_short_prompt_are_attended_to() -> None:
    """No mask hides the padding, so leaving it out is another result, in both."""
    case = CASES[0]
    made, words = network(torch.float32), case.words[:3]
    text = made.read_text(_clip(words, torch.float32))
    latents, told = _clip(case.latents, torch.float32), torch.tensor([case.timesteps])
    got = made(latents, told, text, case.query_index, case.own_key_index).flow[0].numpy()
    wanted = reference.forward(
        STATE, case.latents, case.timesteps, words, case.query_index, case.own_key_index
    ).flow

    assert _apart(got, wanted) < TOLERANCE
    assert np.abs(wanted - case.derive(STATE).flow).max() > PLANTED


def test_the_cases_are_all_that_they_claim() -> None:
    assert any(case.context for case in CASES)
    assert any(not case.context for case in CASES)
    assert any(case.query_start != case.own_key_start for case in CASES)
    assert any(len(set(case.timesteps)) > 1 for case in CASES)
    assert all(case.cells[0] != case.cells[1] for case in CASES)
    assert (SHAPE.head_dim, SHAPE.layers) == (128, 3)
    assert reference.shapes() == {
        name: tuple(found.shape) for name, found in CausalWan(SHAPE).state_dict().items()
    }


def _swapped(made: CausalWan, order: tuple[int, ...]) -> None:
    """Take the six parts of the modulation in another order."""
    for block in made.layers():
        block.modulation.copy_(block.modulation[:, list(order)])
    projection = made.time_projection[1]
    for parameter in projection.parameters():
        parameter.copy_(parameter.unflatten(0, (6, -1))[list(order)].flatten(0, 1))


def swapped_shift_and_scale(made: CausalWan, _patch: pytest.MonkeyPatch) -> None:
    _swapped(made, (1, 0, 2, 4, 3, 5))


def swapped_attention_and_ffn(made: CausalWan, _patch: pytest.MonkeyPatch) -> None:
    _swapped(made, (3, 4, 5, 0, 1, 2))


def gate_before_scale(made: CausalWan, _patch: pytest.MonkeyPatch) -> None:
    _swapped(made, (0, 2, 1, 3, 5, 4))


def sine_and_cosine_exchanged(made: CausalWan, patch: pytest.MonkeyPatch) -> None:
    right = rotary._rotary
    patch.setattr(rotary, "_rotary", lambda *place: Rotary(*reversed(right(*place))))


def turned_the_other_way(made: CausalWan, patch: pytest.MonkeyPatch) -> None:
    """The wrong sign in the pass, not in its context: with it in both, only some angles would change."""
    right = made.rotary

    def wrong(frames: range, *place: Any) -> Rotary:
        turn = right(frames, *place)
        return turn._replace(sin=-turn.sin) if frames == made.wrong_for else turn

    made.wrong_for = CASES[1].query_index
    patch.setattr(made, "rotary", wrong)


def pairs_split_21_22_21(made: CausalWan, patch: pytest.MonkeyPatch) -> None:
    def waves(head_dim: int, device: torch.device) -> Any:
        angles = [rotary._angles(channels) for channels in (42, 44, 42)]
        return tuple(tuple(f(a).float().to(device) for a in angles) for f in (torch.cos, torch.sin))

    patch.setattr(rotary, "_waves", waves)


def halves_for_neighbours(made: CausalWan, patch: pytest.MonkeyPatch) -> None:
    """Channel i turns with channel i + 64, as many language models have it."""

    def turn(self: Rotary, x: Tensor) -> Tensor:
        first, second = x.float().chunk(2, -1)
        return torch.cat(
            [first * self.cos - second * self.sin, first * self.sin + second * self.cos], -1
        ).type_as(x)

    patch.setattr(Rotary, "__call__", turn)


def rows_and_columns_exchanged(made: CausalWan, patch: pytest.MonkeyPatch) -> None:
    right = made.rotary

    def wrong(frames: Any, grid: tuple[int, int], device: torch.device) -> Rotary:
        return right(frames, grid[::-1], device)

    patch.setattr(made, "rotary", wrong)


def exact_gelu(made: CausalWan, _patch: pytest.MonkeyPatch) -> None:
    for block in made.layers():
        block.ffn[1] = nn.GELU()


def exact_gelu_on_the_text(made: CausalWan, _patch: pytest.MonkeyPatch) -> None:
    made.text_embedding[1] = nn.GELU()


def norm_in_every_head(made: CausalWan, patch: pytest.MonkeyPatch) -> None:
    def by_head(self: nn.Module, x: Tensor) -> Tensor:
        heads = x.unflatten(-1, (SHAPE.heads, SHAPE.head_dim))
        scaled = heads * torch.rsqrt(heads.square().mean(-1, keepdim=True) + SHAPE.eps)
        return scaled.flatten(-2) * self.weight

    patch.setattr("generators.engine.network.RMSNorm.forward", by_head)


def norm_of_values(made: CausalWan, patch: pytest.MonkeyPatch) -> None:
    right = Attention.keys_values

    def wrong(self: Attention, x: Tensor) -> KeyValue:
        key, value = right(self, x)
        return KeyValue(key, self.norm_k(value.flatten(2)).view_as(value))

    patch.setattr(Attention, "keys_values", wrong)


def head_modulated_by_the_projection(made: CausalWan, _patch: pytest.MonkeyPatch) -> None:
    projected: list[Tensor] = []
    made.time_projection.register_forward_hook(lambda _module, _given, out: projected.append(out))
    made.head.register_forward_pre_hook(
        lambda _module, given: (given[0], projected[-1].unflatten(-1, (6, -1))[..., 0, :])
    )


def norm3_without_its_weights(made: CausalWan, _patch: pytest.MonkeyPatch) -> None:
    for block in made.layers():
        block.norm3 = block.norm1


def sines_before_cosines(made: CausalWan, patch: pytest.MonkeyPatch) -> None:
    from generators.engine.network import sinusoid

    patch.setattr("generators.engine.network.sinusoid", lambda t: sinusoid(t).roll(128, -1))


def timestep_of_the_first_frame_for_all(made: CausalWan, _patch: pytest.MonkeyPatch) -> None:
    made.register_forward_pre_hook(
        lambda _module, given: (given[0], given[1][:, :1].expand_as(given[1]), *given[2:])
    )


def channels_before_cells(made: CausalWan, patch: pytest.MonkeyPatch) -> None:
    def wrong(x: Tensor, grid: tuple[int, int]) -> Tensor:
        cells = x.unflatten(-1, (SHAPE.channels, 2, 2)).unflatten(2, grid)
        return cells.permute(0, 4, 1, 2, 5, 3, 6).flatten(5, 6).flatten(3, 4)

    patch.setattr(made, "_unpatchify", wrong)


def own_keys_at_the_queries(made: CausalWan, _patch: pytest.MonkeyPatch) -> None:
    made.register_forward_pre_hook(lambda _module, given: (*given[:4], given[3], *given[5:]))


PLANTS: tuple[tuple[Callable[[CausalWan, pytest.MonkeyPatch], None], int], ...] = (
    (swapped_shift_and_scale, 1),
    (swapped_attention_and_ffn, 1),
    (gate_before_scale, 1),
    (sine_and_cosine_exchanged, 1),
    (turned_the_other_way, 1),
    (pairs_split_21_22_21, 1),
    (halves_for_neighbours, 1),
    (rows_and_columns_exchanged, 1),
    (exact_gelu, 1),
    (exact_gelu_on_the_text, 1),
    (norm_in_every_head, 1),
    (norm_of_values, 1),
    (head_modulated_by_the_projection, 1),
    (norm3_without_its_weights, 1),
    (sines_before_cosines, 1),
    (timestep_of_the_first_frame_for_all, 1),
    (channels_before_cells, 1),
    (own_keys_at_the_queries, 2),
)


@pytest.mark.parametrize(("plant", "number"), PLANTS, ids=[plant.__name__ for plant, _ in PLANTS])
def test_the_comparison_sees_a_planted_error(
    plant: Callable[[CausalWan, pytest.MonkeyPatch], None],
    number: int,
    derived: dict[str, Derived],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, made, kept = CASES[number], network(torch.float32), rotary._rotary.cache_clear
    kept()
    plant(made, monkeypatch)
    try:
        flow = run(made, case).flow[0].numpy()
    finally:
        kept()

    assert np.abs(flow - derived[case.name].flow).max() > PLANTED
