"""The tiny backbone as the engine sees it, with random weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from generators.contract import FrameStream, GeneratorError, Job
from generators.engine.backbone import Backbone
from generators.engine.backbones import forget
from generators.engine.blueprint import Order
from generators.engine.noise import Noise
from generators.engine.rollout import Clip, rollout
from generators.methods.self_forcing import RECIPES, create
from generators.tiny import backbone, weights
from generators.tiny.codec import TinyCodec
from generators.tiny.model import TinyModel
from generators.tiny.sizes import SHAPE
from generators.tiny.source import SOURCE
from generators.tiny.train_codec import fit_basis
from generators.tiny.weights import FILE, save_weights
from tests.generators.conftest import PROMPT

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = TinyModel(["a", "brook", "runs"])
        torch.nn.init.normal_(model.network.head.head.weight, std=0.05)
    moving = np.random.default_rng(0).integers(0, 256, (33, 32, 32, 3), dtype=np.uint8)
    folder = tmp_path_factory.mktemp("weights")
    save_weights(folder, model, fit_basis([moving, moving[:, ::-1]]), {})
    return folder


@pytest.fixture
def shipped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """These weights in place of the shipped ones."""
    monkeypatch.setattr(weights, "FOLDER", folder)
    forget()
    yield folder
    forget()


def test_it_says_what_it_is(shipped: Path) -> None:
    of = backbone.load(CPU)
    told = SOURCE.blueprint("cpu")
    assert (told.name, told.width, told.height, told.fps) == ("tiny", 160, 96, 16.0)
    assert of.latent == told.latent == (SHAPE.channels, 12, 20)
    assert SOURCE.find(Order("m", "c", {})).digest == (shipped / weights.DIGEST).read_text().strip()
    assert told.codec.weights == pytest.approx(sum(t.nbytes for t in of.codec.state_dict().values()), rel=2)
    assert of.dtype == torch.float32
    assert 3e6 < sum(p.numel() for p in of.network.parameters()) < 8e6


def frames_of(of: Backbone, text: str) -> np.ndarray:
    clip = Clip(of.read_prompt(text), Noise.of(text, 0, of.latent, of.device))
    decoder = of.codec.decoder()
    parts = [decoder.push(final[0]) for final in rollout(of, RECIPES["engine-native"].policy, [clip], 6)]
    return np.concatenate(parts)


def test_a_rollout_becomes_pictures(shipped: Path) -> None:
    of = backbone.load(CPU)
    frames = frames_of(of, "a brook runs")
    assert frames.shape == (21, 96, 160, 3)
    assert frames.dtype == np.uint8
    assert np.array_equal(frames, frames_of(of, "a brook runs"))
    assert not np.array_equal(frames[0], frames[20])


def job(**changes: object) -> Job:
    settings = {"seed": 1, "seconds": 0.8, "fps": 16.0, "width": 160, "height": 96} | changes
    return Job(PROMPT, **settings)  # type: ignore[arg-type]


def test_a_method_makes_a_clip_on_it(shipped: Path, tmp_path: Path) -> None:
    made = create("engine-native", {})
    assert made.info.backbone == "tiny"
    assert made.info.weights_digest == (shipped / weights.DIGEST).read_text().strip()
    stream = made.generate(job(), tmp_path)
    assert isinstance(stream, FrameStream)
    assert stream.prompt_as_used == "a brook runs ? ? ?"
    assert sum(len(block) for block in stream.blocks) == 13


def test_damaged_weights_stop_a_method_in_words(
    shipped: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path in shipped.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[: 5000 if path.name == FILE else None])
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    with pytest.raises(GeneratorError, match="is damaged"):
        create("engine-native", {})
    monkeypatch.setattr(weights, "FOLDER", tmp_path / "nowhere")
    with pytest.raises(GeneratorError, match="weights cannot be read"):
        create("engine-native", {})


def test_the_codec_follows_the_engines_protocol(shipped: Path) -> None:
    """CausVid hands over through pixels: a single frame becomes a single latent."""
    codec: TinyCodec = backbone.load(CPU).codec  # type: ignore[assignment]
    frame = np.full((1, 96, 160, 3), 100, np.uint8)
    assert codec.encode(frame).shape == (SHAPE.channels, 1, 12, 20)
