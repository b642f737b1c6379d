"""Batches, learners and stages: what is drawn, how fast is learnt, and that a stop changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from generators.tiny import data, trainer
from generators.tiny.muon import Muon
from generators.tiny.objectives import bidirectional_loss
from generators.tiny.sizes import WORDS_MAX
from generators.tiny.text import PAD
from generators.tiny.trainer import AVERAGE, MATRIX_RATE, Batches, Budget, Learner, Progress, Stage
from tests.generators.tiny.small import CELLS, SHAPE, chance, model, pool

CPU = torch.device("cpu")
RATE = 1e-3


class Run:
    """A small stage of the real parts: pool, batches, learner, checkpoint."""

    def __init__(self, path: Path, seed: int = 0) -> None:
        self.learner, self.chance = Learner(model(), RATE), chance(seed)
        self.batches = Batches(pool(), self.learner.model, self.chance, CPU)
        self.stage = Stage(path, {"student": self.learner}, self.chance)

    def step(self, done: int, share: float) -> dict[str, float]:
        of, batch = self.learner.model, self.batches.draw(2, 3)
        loss = bidirectional_loss(of.network, batch.latents, of.read(batch.tokens), self.chance)
        self.learner.step(loss, share, done)
        return {"loss": loss.item()}

    def until(self, steps: int) -> Callable[[int, float], dict[str, float]]:
        """Steps that are interrupted after so many."""

        def step(done: int, share: float) -> dict[str, float]:
            if done == steps:
                raise KeyboardInterrupt
            return self.step(done, share)

        return step


def flat(found: object) -> list[object]:
    """All leaves of a saved state; tensors as bytes."""
    if isinstance(found, dict):
        return [leaf for key in sorted(found, key=str) for leaf in (key, *flat(found[key]))]
    if isinstance(found, list | tuple):
        return [leaf for item in found for leaf in flat(item)]
    return [found.numpy().tobytes()] if isinstance(found, torch.Tensor) else [found]


def test_an_interrupted_stage_ends_as_if_nothing_had_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bit for bit: weights, averages, optimisers, chance and the reported losses."""
    monkeypatch.setattr(trainer, "SAVE_EVERY_S", -1.0)
    monkeypatch.setattr(trainer, "REPORT_EVERY", 2)
    budget = Budget(6, "steps")
    whole = Run(tmp_path / "whole.pt")
    whole.stage.run(budget, whole.step)
    for stop in (2, 4):
        stopped = Run(tmp_path / "stopped.pt", seed=stop)  # what it starts from does not matter any more
        if stop == 2:
            stopped = Run(tmp_path / "stopped.pt")
        with pytest.raises(KeyboardInterrupt):
            stopped.stage.run(budget, stopped.until(stop))
    last = Run(tmp_path / "stopped.pt")
    assert last.stage.progress.steps == 4
    last.stage.run(budget, last.step)

    one, other = (torch.load(tmp_path / f"{name}.pt", weights_only=True) for name in ("whole", "stopped"))
    for part in ("learners", "chance"):
        assert flat(one[part]) == flat(other[part])
    curves = [[line["loss"] for line in saved["progress"]["curve"]] for saved in (one, other)]
    assert curves[0] == curves[1]
    assert len(curves[0]) == 3
    assert one["progress"]["steps"] == other["progress"]["steps"] == 6


def test_another_seed_learns_otherwise(tmp_path: Path) -> None:
    saved = []
    for seed in (0, 0, 1):
        run = Run(tmp_path / f"{len(saved)}.pt", seed)
        run.stage.run(Budget(2, "steps"), run.step)
        saved.append(flat(run.learner.state()["model"]))
    assert saved[0] == saved[1] != saved[2]


def test_a_finished_stage_does_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "stage.pt"
    first = Run(path)
    first.stage.run(Budget(2, "steps"), first.step)
    again = Run(path)
    before = flat(again.learner.state())
    progress = again.stage.run(Budget(2, "steps"), again.step)
    assert progress.steps == 2
    assert flat(again.learner.state()) == before


def test_a_checkpoint_that_fails_half_way_leaves_the_last_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stage.pt"
    run = Run(path)
    run.stage.run(Budget(1, "steps"), run.step)
    before = path.read_bytes()

    def broken(_whole: object, to: Path) -> None:
        to.write_bytes(before[:1000])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", broken)
    with pytest.raises(OSError, match="No space"):
        run.stage.save()
    monkeypatch.undo()

    assert path.read_bytes() == before
    again = Run(path)  # the half file beside it does no harm
    assert again.stage.progress.steps == 1
    again.stage.save()
    assert [file.name for file in tmp_path.iterdir()] == ["stage.pt"]


def test_a_checkpoint_holds_no_code(tmp_path: Path) -> None:
    run = Run(tmp_path / "stage.pt")
    run.stage.run(Budget(1, "steps"), run.step)
    whole = torch.load(tmp_path / "stage.pt", weights_only=True)
    assert set(whole) == {"learners", "chance", "progress"}
    assert set(whole["learners"]["student"]) == {"model", "average", "optimisers"}


def test_figures_are_reported_as_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trainer, "REPORT_EVERY", 4)
    run = Run(tmp_path / "named.pt")

    def step(done: int, share: float) -> dict[str, float]:
        return {"loss": float(done)} | ({"rare": 7.0} if done == 1 else {})

    progress = run.stage.run(Budget(9, "steps"), step)

    assert [(line["step"], line["loss"]) for line in progress.curve] == [(4, 1.5), (8, 5.5)]
    assert progress.curve[0]["rare"] == 7
    assert "rare" not in progress.curve[1]
    assert capsys.readouterr().out.splitlines()[0].startswith("named step 4 seconds")


def test_budgets() -> None:
    progress = Progress(steps=30, seconds=120.0)
    assert Budget(60, "steps").share(progress) == 0.5
    assert Budget(480, "seconds").share(progress) == 0.25


@pytest.mark.parametrize(
    ("done", "share", "factor"),
    [
        (0, 0.0, 1 / 40),
        (19, 0.0, 0.5),
        (39, 0.0, 1.0),
        (1000, 0.5, 0.525),
        (1000, 1.0, 0.05),
        (19, 1.0, 0.025),
    ],
)
def test_the_rate_warms_up_and_falls(done: int, share: float, factor: float) -> None:
    learner = Learner(model(), RATE)
    loss = sum(p.square().sum() for p in learner.model.parameters())
    learner.step(loss, share, done)
    muon, adam = learner.optimisers
    assert adam.param_groups[0]["lr"] == pytest.approx(factor * RATE)
    assert muon.param_groups[0]["lr"] == pytest.approx(MATRIX_RATE * factor * RATE)


def test_muon_has_the_matrices_of_the_transformer_and_adam_the_rest() -> None:
    of = model()
    muon, adam = Learner(of, RATE).optimisers
    assert isinstance(muon, Muon)
    name_of = {id(p): name for name, p in of.named_parameters()}
    matrices, rest = (
        {name_of[id(p)] for group in optimiser.param_groups for p in group["params"]}
        for optimiser in (muon, adam)
    )
    assert matrices | rest == set(name_of.values())
    assert not matrices & rest
    assert {name.split(".", 3)[3] for name in matrices} == {
        *(f"{part}_attn.{map_}.weight" for part in ("self", "cross") for map_ in "qkvo"),
        "ffn.0.weight",
        "ffn.2.weight",
    }
    assert "text.embedding.weight" in rest


def test_what_is_frozen_stays() -> None:
    of = model()
    of.text.requires_grad_(False)
    before = {name: p.detach().clone() for name, p in of.named_parameters()}
    learner = Learner(of, RATE)
    learner.step(sum((p - 0.3).square().sum() for p in of.network.parameters()), 0.0, 39)
    for name, p in of.named_parameters():
        assert torch.equal(p, before[name]) == name.startswith("text."), name


def test_the_average_follows_quickly_at_first() -> None:
    learner = Learner(model(), RATE)
    start = learner.average.network.head.head.weight.clone()
    learner.step(sum(p.square().sum() for p in learner.model.parameters()), 0.0, 0)
    now = learner.model.network.head.head.weight
    torch.testing.assert_close(learner.average.network.head.head.weight, 0.1 * start + 0.9 * now)
    before = learner.average.network.head.head.weight.clone()
    learner.step(sum(p.square().sum() for p in learner.model.parameters()), 0.0, 10_000)
    torch.testing.assert_close(
        learner.average.network.head.head.weight, AVERAGE * before + (1 - AVERAGE) * now
    )
    assert not any(p.requires_grad for p in learner.average.parameters())


def test_a_huge_gradient_is_clipped() -> None:
    learner = Learner(model(), RATE)
    learner.step(1e6 * sum(p.square().sum() for p in learner.model.parameters()), 0.0, 39)
    gradients = [p.grad for p in learner.model.parameters() if p.grad is not None]
    assert torch.cat([g.flatten() for g in gradients]).norm().item() == pytest.approx(1, rel=1e-3)


def test_batches_are_windows_with_their_captions(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def caption(prompt: object, _chance: np.random.Generator) -> list[str]:
        told.append(prompt.id)
        return ["river", "strange"]

    monkeypatch.setattr(trainer, "caption", caption)
    of = pool(scenes=3)
    batch = Batches(of, model(), chance(), CPU).draw(6, 9)
    assert batch.latents.shape == (6, SHAPE.channels, 9, *CELLS)
    assert batch.tokens.shape == (6, WORDS_MAX)
    assert batch.tokens[0].tolist() == [3, 1] + [PAD] * (WORDS_MAX - 2)
    starts = range(data.LATENTS - 9 + 1)
    windows = {(scene, start): of.window(scene, start, 9) for scene in range(3) for start in starts}
    for clip, name in zip(batch.latents, told, strict=True):
        (place,) = [key for key, window in windows.items() if torch.equal(window, clip.transpose(0, 1))]
        assert data.prompts()[place[0]].id == name


def test_every_scene_and_every_start_is_drawn() -> None:
    of = pool(scenes=3)
    of.still[:] = (
        torch.arange(data.LATENTS)[None, :, None, None, None]
        + 100 * torch.arange(3)[:, None, None, None, None]
    )
    first = Batches(of, model(), chance(), CPU).draw(600, 15).latents[:, 0, 0, 0, 0]
    assert set(first.tolist()) == {100.0 * scene + start for scene in range(3) for start in range(7)}


def test_batches_follow_the_state_of_the_chance() -> None:
    by = chance()
    batches = Batches(pool(), model(), by, CPU)
    state = by.torch.get_state()
    one = batches.draw(2, 3)
    other = batches.draw(2, 3)
    by.torch.set_state(state)
    again = batches.draw(2, 3)
    assert torch.equal(one.latents, again.latents)
    assert torch.equal(one.tokens, again.tokens)
    assert not torch.equal(one.latents, other.latents)
