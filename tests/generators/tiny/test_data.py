"""The training pool: which scenes are filmed, what is stored of them, and how it is resumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from generators.contract import Frames
from generators.methods.procedural import scene_for
from generators.tiny import data
from generators.tiny.codec import TinyCodec
from generators.tiny.data import Take
from tests.generators.tiny.small import pool


def media(takes: list[Take]) -> Counter[str]:
    return Counter(scene_for(data.prompts()[take.prompt]) for take in takes)


@pytest.mark.parametrize("scenes", [1, 45, 500, 3000])
def test_takes_are_balanced_over_media(scenes: int) -> None:
    takes = data.takes(scenes, "train")
    held = Counter(scene_for(prompt) for prompt in data.prompts())

    counts = media(takes)

    assert len(takes) >= scenes
    assert set(counts) == set(held)
    assert min(counts.values()) >= scenes / len(held)
    assert max(counts.values()) - min(counts.values()) < max(held.values())
    for kind in held:
        of_kind = Counter(take.prompt for take in takes if scene_for(data.prompts()[take.prompt]) == kind)
        assert len(of_kind) == held[kind]
        assert len(set(of_kind.values())) == 1


def test_splits_share_no_scene_and_none_comes_twice() -> None:
    train, unseen = (data.takes(3000, split) for split in ("train", "unseen"))
    assert len({take.seed for take in train}) == len(train)
    assert not {take.seed for take in train} & {take.seed for take in unseen}
    assert train == data.takes(3000, "train")


def test_takes_come_in_mixed_order() -> None:
    """So that a part of the pool is a fair sample of it."""
    part = media(data.takes(3000, "train")[:500])
    assert min(part.values()) > 25


def test_a_take_is_filmed_again_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "PIXELS", 5)
    take, other = data.takes(1, "train")[:2]
    assert np.array_equal(data.shoot(take), data.shoot(take))
    assert not np.array_equal(data.shoot(take), data.shoot(other))


def test_a_window_begins_with_a_still_latent() -> None:
    of = pool()
    before = of.moving.clone()
    window = of.window(scene=2, start=4, length=9)
    assert window.shape == (9, *of.moving.shape[2:])
    assert window.dtype == torch.float32
    assert torch.equal(window[0], of.still[2, 4].float())
    assert torch.equal(window[1:], of.moving[2, 5:13].float())
    assert torch.equal(of.moving, before)


def test_a_window_is_the_clip_that_begins_there(
    linear: TinyCodec, seen: list[Frames], monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = seen[3]
    monkeypatch.setattr(data, "shoot", lambda _: clip)
    moving, still = data.encode_take(linear, Take(0, 0))
    of = data.Pool(moving[None], still[None], np.array([0]))
    assert moving.dtype == still.dtype == torch.float16
    for start, length in ((0, 3), (1, 2), (2, 1)):
        wanted = linear.encode(clip[4 * start : 4 * (start + length - 1) + 1]).transpose(0, 1)
        torch.testing.assert_close(of.window(0, start, length), wanted, atol=5e-3, rtol=2e-3)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Scenes of 5 small random frames, two a file; filming fails after so many."""
    monkeypatch.setattr(data, "_CHUNK", 2)

    def prepare(good: int) -> None:
        done = 0

        def shoot(take: Take) -> Frames:
            nonlocal done
            done += 1
            if done > good:
                raise KeyboardInterrupt
            return np.random.default_rng(take.seed).integers(0, 256, (5, 16, 16, 3), dtype=np.uint8)

        monkeypatch.setattr(data, "shoot", shoot)

    return prepare


def same(one: data.Pool, other: data.Pool) -> bool:
    return (
        torch.equal(one.moving, other.moving)
        and torch.equal(one.still, other.still)
        and np.array_equal(one.prompt, other.prompt)
    )


def test_an_interrupted_pool_is_finished_and_what_is_there_is_kept(
    tmp_path: Path, linear: TinyCodec, quick: Callable[[int], None]
) -> None:
    quick(99)
    whole = data.build(tmp_path / "whole", linear, scenes=5, workers=1)
    folder = tmp_path / "pool"
    quick(3)
    with pytest.raises(KeyboardInterrupt):
        data.build(folder, linear, scenes=5, workers=1)
    assert [path.name for path in folder.iterdir()] == ["0000.pt"]
    kept = (folder / "0000.pt").stat()
    (folder / "0001.part").write_bytes(b"half a file")
    quick(3)

    again = data.build(folder, linear, scenes=5, workers=1)

    assert same(again, whole)
    assert len(again.prompt) == 5
    assert (folder / "0000.pt").stat() == kept
    assert sorted(path.name for path in folder.iterdir()) == ["0000.pt", "0001.pt", "0002.pt"]


def test_half_written_files_are_not_read(
    tmp_path: Path, linear: TinyCodec, quick: Callable[[int], None]
) -> None:
    quick(99)
    built = data.build(tmp_path, linear, scenes=2, workers=1)
    (tmp_path / "0001.part").write_bytes(b"half a file")
    assert same(data.load(tmp_path), built)


def test_a_pool_without_scenes_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no scenes in .*pool"):
        data.load(tmp_path / "pool")


def test_the_prompt_of_every_scene_is_stored(
    tmp_path: Path, linear: TinyCodec, quick: Callable[[int], None]
) -> None:
    quick(99)
    built = data.build(tmp_path, linear, scenes=5, workers=1)
    assert built.prompt.tolist() == [take.prompt for take in data.takes(5, "train")[:5]]
