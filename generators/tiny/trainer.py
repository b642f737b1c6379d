"""What every stage of training shares: batches, optimisers, averaging, checkpoints, the loss curve."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from generators.tiny import data, team
from generators.tiny.captions import caption
from generators.tiny.model import TinyModel
from generators.tiny.muon import Muon
from generators.tiny.objectives import Chance

AVERAGE = 0.995
"""Decay of the averaged weights, a step."""
MATRIX_RATE = 3.0
"""Rate of the matrices over that of everything else."""
SAVE_EVERY_S = 120.0
REPORT_EVERY = 25


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of scenes and their captions."""

    latents: Tensor
    """(B, C, F, H, W)."""
    tokens: Tensor
    """(B, WORDS_MAX)."""


class Batches:
    """Draws batches from the pool; what comes next depends on the chance's state alone."""

    def __init__(self, pool: data.Pool, model: TinyModel, chance: Chance, device: torch.device) -> None:
        self._pool, self._model, self._chance, self._device = pool, model, chance, device
        self._prompts = data.prompts()

    def draw(self, size: int, frames: int) -> Batch:
        """``size`` random windows of ``frames`` latents."""
        windows, tokens = [], []
        for _ in range(size):
            scene = int(self._chance.number(0, len(self._pool.prompt) - 1e-6))
            start = int(self._chance.number(0, data.LATENTS - frames + 1 - 1e-6))
            windows.append(self._pool.window(scene, start, frames))
            words = np.random.default_rng(int(self._chance.number(0, 2**31)))
            described = caption(self._prompts[self._pool.prompt[scene]], words)
            tokens.append(self._model.text.tokens(described))
        latents = torch.stack(windows).transpose(1, 2).contiguous()
        return Batch(latents.to(self._device), torch.stack(tokens).to(self._device))


class Learner:
    """A model with its optimisers and its running average.

    Matrices of the transformer learn by Muon, everything else by AdamW.
    """

    def __init__(self, model: nn.Module, rate: float, betas: tuple[float, float] = (0.9, 0.98)) -> None:
        self.model, self.rate = model, rate
        self.average = copy.deepcopy(model).eval().requires_grad_(False)
        matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "blocks." in name]
        chosen = {id(p) for p in matrices}
        rest = [p for p in model.parameters() if p.requires_grad and id(p) not in chosen]
        self.optimisers: tuple[torch.optim.Optimizer, ...] = (
            Muon(matrices, rate),
            torch.optim.AdamW(rest, lr=rate, betas=betas, weight_decay=0.0),
        )

    def step(self, loss: Tensor, progress: float, done: int, average: float = AVERAGE) -> None:
        """Backward pass and update; the rate warms up over 40 steps and falls to a twentieth."""
        rate = self.rate * min(1.0, (done + 1) / 40) * (0.05 + 0.95 * (1 - progress))
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=True)
            for group in optimiser.param_groups:
                group["lr"] = rate * (MATRIX_RATE if isinstance(optimiser, Muon) else 1)
        loss.backward()  # type: ignore[no-untyped-call]
        team.average_gradients(self.model)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self._blend(min(average, (done + 1) / (done + 10)))

    @torch.no_grad()
    def _blend(self, keep: float) -> None:
        for mean, now in zip(self.average.parameters(), self.model.parameters(), strict=True):
            mean.lerp_(now, 1 - keep)

    def state(self) -> dict[str, Any]:
        """Everything that a restart needs."""
        return {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from :meth:`state`."""
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a stage may learn: in steps (reproducible) or in seconds (a machine lent for a while)."""

    amount: float
    unit: Literal["steps", "seconds"]

    def share(self, progress: Progress) -> float:
        """Share that is used up; 1 or more means done."""
        return (progress.steps if self.unit == "steps" else progress.seconds) / self.amount


@dataclass
class Progress:
    """How far a stage is."""

    steps: int = 0
    seconds: float = 0.0
    curve: list[dict[str, float]] = field(default_factory=list)


class Stage:
    """Runs one stage until its budget is spent, saves as it goes, and picks up where it stopped.

    Args:
        path: checkpoint file.
        learners: by name.
        chance: saved with them, so that a stage that was interrupted draws what it would have drawn.
    """

    def __init__(self, path: Path, learners: dict[str, Learner], chance: Chance) -> None:
        self._path, self._learners, self._chance = path, learners, chance
        self.progress = Progress()
        if path.exists():
            self._load()

    def run(self, budget: Budget, step: Callable[[int, float], dict[str, float]]) -> Progress:
        """Call ``step(steps done, share done)`` until the budget is spent; it returns figures to report."""
        recent: list[dict[str, float]] = []
        last = saved = time.monotonic()
        while (share := team.agreed(budget.share(self.progress))) < 1:
            recent.append(step(self.progress.steps, share))
            now = time.monotonic()
            self.progress.steps += 1
            self.progress.seconds += now - last
            last = now
            if self.progress.steps % REPORT_EVERY == 0:
                self._report(recent)
                recent = []
            if now - saved > SAVE_EVERY_S:
                self.save()
                saved = now
        self.save()
        return self.progress

    def save(self) -> None:
        """Write the checkpoint in one go; the first process of a team does it for all."""
        if team.rank():
            return
        whole = {
            "learners": {name: learner.state() for name, learner in self._learners.items()},
            "chance": self._chance.torch.get_state(),
            "progress": vars(self.progress),
        }
        part = self._path.with_suffix(".part")
        torch.save(whole, part)
        part.replace(self._path)

    def _load(self) -> None:
        whole = torch.load(self._path, weights_only=True)
        for name, learner in self._learners.items():
            learner.restore(whole["learners"][name])
        self.progress = Progress(**whole["progress"])
        if team.rank():  # only the first process's state was kept
            self._chance.torch.manual_seed(team.seed(self._chance.torch.initial_seed(), self.progress.steps))
        else:
            self._chance.torch.set_state(whole["chance"])

    def _report(self, recent: list[dict[str, float]]) -> None:
        names = {name for figures in recent for name in figures}
        means = {
            name: float(np.mean([figures[name] for figures in recent if name in figures]))
            for name in sorted(names)
        }
        line = {"step": float(self.progress.steps), "seconds": round(self.progress.seconds, 1), **means}
        self.progress.curve.append(line)
        if team.rank() == 0:
            print(self._path.stem, " ".join(f"{k} {v:.4g}" for k, v in line.items()), flush=True)  # noqa: T201


def precision(device: torch.device) -> AbstractContextManager[Any]:
    """bfloat16 products with float32 weights."""
    return torch.autocast(device.type, torch.bfloat16)
