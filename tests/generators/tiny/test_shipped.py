"""The weights that ship."""

from __future__ import annotations

import json

import numpy as np
import pytest

from generators.tiny import data
from generators.tiny.codec import TinyCodec
from generators.tiny.model import TinyModel
from generators.tiny.text import words_of
from generators.tiny.train_codec import psnr
from generators.tiny.weights import DIGEST, FILE, FOLDER, STORY, digest_of, load_weights
from tests.generators.tiny.small import films


@pytest.fixture(scope="module")
def shipped() -> tuple[TinyModel, TinyCodec, str]:
    return load_weights()


def test_they_load_and_match_their_digest(shipped: tuple[TinyModel, TinyCodec, str]) -> None:
    model, codec, digest = shipped
    assert digest == digest_of(FOLDER / FILE) == (FOLDER / DIGEST).read_text(encoding="ascii").strip()
    tensors = [*model.state_dict().values(), *codec.state_dict().values()]
    assert all(value.isfinite().all() for value in tensors)
    assert 3e6 < sum(p.numel() for p in model.parameters()) < 8e6


def test_they_are_small() -> None:
    assert sum((FOLDER / name).stat().st_size for name in (FILE, DIGEST, STORY)) < 25e6


def test_they_know_every_word_of_the_suite(shipped: tuple[TinyModel, TinyCodec, str]) -> None:
    reader = shipped[0].text
    for prompt in data.prompts():
        assert reader.read(prompt.text).as_used.split() == words_of(prompt.text), prompt.id


def test_the_codec_reaches_30_db_on_unseen_scenes(shipped: tuple[TinyModel, TinyCodec, str]) -> None:
    """One of every kind of scene, filmed with seeds that no training saw."""
    found = psnr(shipped[1], films("unseen", 9, frames=33))
    assert len(found) == 9
    assert np.mean(found) >= 30
    assert min(found) >= 25


def test_latents_have_the_size_that_the_network_learnt(shipped: tuple[TinyModel, TinyCodec, str]) -> None:
    latents = [shipped[1].encode(clip) for clip in films("unseen", 9, frames=1)]
    assert np.mean([latent.square().mean().item() for latent in latents]) == pytest.approx(1, rel=0.3)


def test_their_story_tells_every_stage() -> None:
    story = json.loads((FOLDER / STORY).read_text(encoding="utf-8"))
    assert story["codec"]["psnr_db"] >= 30
    for stage in ("teacher", "causal", story["settings"]["exported_stage"]):
        assert story[stage]["steps"] > 0
        assert story[stage]["curve"], stage
    assert isinstance(story["settings"]["seed"], int)
