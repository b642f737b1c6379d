"""The stages of training, in order. Each reads what the one before it left in the work folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from generators.tiny import data, team, train_codec
from generators.tiny.captions import all_words
from generators.tiny.codec import TinyCodec
from generators.tiny.distill import Guide, critic_loss, matching_loss, self_rollout
from generators.tiny.model import TinyModel
from generators.tiny.objectives import Chance, bidirectional_loss, causal_loss
from generators.tiny.text import PAD, vocabulary_of
from generators.tiny.trainer import Batch, Batches, Budget, Learner, Stage, precision
from generators.tiny.weights import save_weights


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of a training run."""

    work: Path
    """Folder of the pool and the checkpoints."""
    out: Path
    """Folder of the exported weights."""
    device: str
    seed: int
    workers: int
    """Processes that render."""
    codec_scenes: int
    """Scenes that the codec is fitted to."""
    scenes: int
    """Scenes in the pool."""
    batch: int
    """Clips a step, in each process of a team."""
    budget: Budget
    """Of each stage that learns."""
    guidance: float
    """Classifier-free guidance of the teacher in ``distill``; 1 is none."""
    motion_reward: float
    """Strength of the motion reward in ``distill``; 0 is none."""


UNSEEN_SCENES = 45
"""Scenes that the codec is judged on; no more than it is fitted to."""
SCENE_LENGTH, SCENE_SHARE = 3, 0.7
"""The teacher first learns what places look like, from single blocks, for this share of its time."""
LENGTHS = (9, 9, 9, 15, 21)
"""Latent frames of a training window: mostly short, sometimes as long as the longest of ``engine-native``."""
WHOLE_SHARE = 0.25
"""Share of the causal stage's batches that stay bidirectional, so that its network can score whole clips."""
RATE, DISTILL_RATE, CRITIC_RATE = 1.5e-3, 2e-4, 4e-4
WARM_UP = 25
"""Steps of ``distill`` in which only the critic learns, from the student as it starts."""
CRITIC_STEPS = 2
"""Critic steps a student step, on the same clips under new noise."""


def run_stage(name: str, options: Options) -> None:
    """Run one stage.

    Raises:
        FileNotFoundError: an earlier stage has not been run.
    """
    options.work.mkdir(parents=True, exist_ok=True)
    if not team.rank() or name in LEARNT:
        _STAGES[name](options)
    team.meet()  # what the first process has written is there before another one reads it


def _codec(options: Options) -> None:
    path = options.work / "codec.pt"
    if path.exists():
        print("codec: kept, for the pool is made with it; remove both to fit another", flush=True)  # noqa: T201
        return
    counts = {"train": options.codec_scenes, "unseen": min(UNSEEN_SCENES, options.codec_scenes)}
    shots = [
        data.shoot_all(data.takes(count, split)[:count], options.workers) for split, count in counts.items()
    ]
    codec = train_codec.fit_basis(shots[0])
    before = train_codec.psnr(codec, shots[1])
    curve = train_codec.fit_decoder(codec.to(options.device), shots[0], options.budget, options.seed)
    after = train_codec.psnr(codec.cpu(), shots[1])
    story = {
        "scenes": len(shots[0]),
        "unseen_scenes": len(shots[1]),
        "psnr_linear_db": sum(before) / len(before),
        "psnr_db": sum(after) / len(after),
        "psnr_worst_db": min(after),
        "mse_curve": curve,
    }
    (options.work / "codec.json").write_text(json.dumps(story), encoding="utf-8")
    part = path.with_suffix(".part")
    torch.save(codec.state_dict(), part)
    part.replace(path)
    print(f"codec: {story['psnr_db']:.2f} dB, worst {story['psnr_worst_db']:.2f} dB", flush=True)  # noqa: T201


def _pool(options: Options) -> None:
    data.build(options.work / "pool", load_codec(options.work), options.scenes, options.workers)


def load_codec(work: Path) -> TinyCodec:
    """The codec of the work folder."""
    codec = TinyCodec()
    codec.load_state_dict(torch.load(work / "codec.pt", weights_only=True))
    return codec


def _model(options: Options, start: str | None = None) -> TinyModel:
    """A new model, or one that starts from the average of an earlier stage."""
    torch.manual_seed(options.seed)
    model = TinyModel(vocabulary_of(all_words(data.prompts())))
    if start:
        saved = torch.load(options.work / f"{start}.pt", weights_only=True)
        model.load_state_dict(saved["learners"]["student"]["average"])
    return model.to(options.device)


def _setting(options: Options, name: str, model: TinyModel) -> tuple[Chance, Batches]:
    number = list(_STAGES).index(name)
    chance = Chance(torch.Generator().manual_seed(team.seed(options.seed, number)))
    pool = data.load(options.work / "pool")
    return chance, Batches(pool, model, chance, torch.device(options.device))


def _draw(batches: Batches, frames: int, batch: int) -> Batch:
    """Longer windows come with fewer clips, so that steps cost about the same."""
    return batches.draw(max(1, batch * LENGTHS[0] // frames), frames)


def _match(options: Options, name: str, start: str | None) -> None:
    model = _model(options, start)
    learner = Learner(model, RATE)
    chance, batches = _setting(options, name, model)
    device = torch.device(options.device)

    def step(done: int, share: float) -> dict[str, float]:
        whole = name == "teacher" or chance.number() < WHOLE_SHARE
        frames = chance.choose(*LENGTHS)
        if name == "teacher" and share < SCENE_SHARE:
            frames = SCENE_LENGTH
        batch = _draw(batches, frames, options.batch)
        objective = bidirectional_loss if whole else causal_loss
        with precision(device):
            loss = objective(model.network, batch.latents, model.read(batch.tokens), chance)
        learner.step(loss, share, done)
        return {f"loss_{'whole' if whole else 'causal'}_{frames}": loss.item()}

    Stage(options.work / f"{name}.pt", {"student": learner}, chance).run(options.budget, step)


def _distill(options: Options) -> None:
    model, teacher = _model(options, "causal"), _model(options, "causal").eval().requires_grad_(False)
    critic_model = _model(options, "causal")
    for frozen in (model.text, critic_model.text):
        frozen.requires_grad_(False)
    student = Learner(model, DISTILL_RATE, (0.0, 0.99))
    critic = Learner(critic_model, CRITIC_RATE, (0.0, 0.99))
    chance, batches = _setting(options, "distill", model)
    device = torch.device(options.device)

    def step(done: int, share: float) -> dict[str, float]:
        batch = _draw(batches, chance.choose(*LENGTHS), options.batch)
        with precision(device):
            text = model.read(batch.tokens)
            clip = self_rollout(model.network, batch.latents, text, chance)
            with torch.no_grad():
                empty = teacher.read(torch.full_like(batch.tokens, PAD))
                guide = Guide(teacher.network, teacher.read(batch.tokens), empty, options.guidance)
            read = critic_model.read(batch.tokens)
            loss = matching_loss(clip, guide, critic_model.network, read, chance, options.motion_reward)
        figures = {"matching": loss.item(), "spread": (clip.std() / batch.latents.std()).item()}
        figures["motion"] = (clip.diff(dim=2).abs().mean() / batch.latents.diff(dim=2).abs().mean()).item()
        if done >= WARM_UP:
            student.step(loss, share, done, average=0.98)
        for _ in range(CRITIC_STEPS):
            with precision(device):
                loss = critic_loss(critic_model.network, clip, critic_model.read(batch.tokens), chance)
            critic.step(loss, share, done)
        return figures | {"critic": loss.item(), "guidance": options.guidance}

    Stage(options.work / "distill.pt", {"student": student, "critic": critic}, chance).run(
        options.budget, step
    )


def _export(options: Options) -> None:
    story: dict[str, object] = {
        "codec": json.loads((options.work / "codec.json").read_text(encoding="utf-8"))
    }
    for name in LEARNT:
        path = options.work / f"{name}.pt"
        if path.exists():
            story[name] = torch.load(path, weights_only=True)["progress"]
    last = "distill" if "distill" in story else "causal"
    model = _model(options, last).cpu()
    story["settings"] = {
        "seed": options.seed,
        "scenes": options.scenes,
        "batch": options.batch,
        "guidance": options.guidance,
        "motion_reward": options.motion_reward,
        "exported_stage": last,
    }
    save_weights(options.out, model, load_codec(options.work), story)


_STAGES: Mapping[str, Callable[[Options], None]] = {
    "codec": _codec,
    "pool": _pool,
    "teacher": lambda options: _match(options, "teacher", None),
    "causal": lambda options: _match(options, "causal", "teacher"),
    "distill": _distill,
    "export": _export,
}
STAGES = tuple(_STAGES)
LEARNT = ("teacher", "causal", "distill")
"""Stages in which a team of processes shares the work; the others are the first process's alone."""
