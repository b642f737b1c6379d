"""The weights file: written, read back, and refused in words where it is not what it should be."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from generators.contract import GeneratorError
from generators.tiny import weights
from generators.tiny.codec import TinyCodec
from generators.tiny.model import TinyModel
from generators.tiny.weights import DIGEST, FILE, STORY, load_weights, save_weights

VOCABULARY = ("left", "river", "été")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TinyModel, TinyCodec]:
    """A folder of random weights, and what was saved there."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model, codec = TinyModel(VOCABULARY), TinyCodec()
        for buffer in codec.buffers():
            buffer.normal_()
    folder = tmp_path_factory.mktemp("weights")
    save_weights(folder, model, codec, {"steps": 3, "curve": [0.5, 0.25]})
    return folder, model, codec


@pytest.fixture
def folder(made: tuple[Path, TinyModel, TinyCodec], tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(made[0], tmp_path / "weights"))


def test_they_come_back_rounded_to_half_precision(made: tuple[Path, TinyModel, TinyCodec]) -> None:
    folder, model, codec = made
    model_back, codec_back, digest = load_weights(folder)
    for saved, back in ((model, model_back), (codec, codec_back)):
        assert saved.state_dict().keys() == back.state_dict().keys()
        for name, value in back.state_dict().items():
            assert value.dtype == torch.float32
            assert torch.equal(value, saved.state_dict()[name].half().float()), name
        assert not back.training
        assert not any(p.requires_grad for p in back.parameters())
    assert model_back.text.vocabulary == VOCABULARY
    assert model_back.text.read("River ÉTÉ snow").as_used == "river été ?"
    assert digest == hashlib.sha256((folder / FILE).read_bytes()).hexdigest()


def test_the_folder_holds_half_precision_its_digest_and_its_story(
    made: tuple[Path, TinyModel, TinyCodec],
) -> None:
    folder, model, codec = made
    assert {path.name for path in folder.iterdir()} == {FILE, DIGEST, STORY}
    tensors = load_file(folder / FILE)
    assert {value.dtype for value in tensors.values()} == {torch.float16}
    assert len(tensors) == len(model.state_dict()) + len(codec.state_dict())
    assert json.loads((folder / STORY).read_text(encoding="utf-8")) == {"steps": 3, "curve": [0.5, 0.25]}
    assert (folder / FILE).stat().st_size < 25e6


def test_saving_the_same_gives_the_same_bytes(
    made: tuple[Path, TinyModel, TinyCodec], tmp_path: Path
) -> None:
    folder, model, codec = made
    save_weights(tmp_path / "new" / "place", model, codec, {})
    assert (tmp_path / "new" / "place" / FILE).read_bytes() == (folder / FILE).read_bytes()


def sign(folder: Path) -> None:
    """Make the digest right again, so that the content itself is judged."""
    (folder / DIGEST).write_text(hashlib.sha256((folder / FILE).read_bytes()).hexdigest())


def rewrite(folder: Path, change: Callable[[dict[str, torch.Tensor]], None], metadata: dict | None) -> None:
    tensors = load_file(folder / FILE)
    change(tensors)
    save_file(tensors, folder / FILE, metadata)
    sign(folder)


def truncate(folder: Path) -> None:
    (folder / FILE).write_bytes((folder / FILE).read_bytes()[:-1000])


def flip(folder: Path) -> None:
    content = bytearray((folder / FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / FILE).write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        flip,
        lambda folder: (folder / FILE).write_bytes(b""),
        lambda folder: (folder / DIGEST).write_text("0" * 64),
        lambda folder: (folder / DIGEST).write_text(""),
        lambda folder: (folder / DIGEST).write_bytes(b"\xff\xfe\x00 not text"),
    ],
    ids=["truncated", "one bit", "empty", "other digest", "no digest", "digest not text"],
)
def test_a_file_that_is_not_the_one_signed_is_damaged(folder: Path, damage: Callable[[Path], object]) -> None:
    damage(folder)
    with pytest.raises(
        GeneratorError, match=r"tiny\.safetensors is damaged: its SHA-256 is .*, expected"
    ) as info:
        load_weights(folder)
    assert "install steadybench again" in str(info.value)


def test_a_damaged_file_is_not_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(_: Path) -> None:
        pytest.fail("a file was read before its digest was right")

    monkeypatch.setattr(weights, "_read", opened)
    flip(folder)
    with pytest.raises(GeneratorError, match="damaged"):
        load_weights(folder)


@pytest.mark.parametrize("name", [FILE, DIGEST])
@pytest.mark.parametrize("instead", ["nothing", "folder"])
def test_missing_weights(folder: Path, name: str, instead: str) -> None:
    (folder / name).unlink()
    if instead == "folder":
        (folder / name).mkdir()
    with pytest.raises(GeneratorError, match=rf"weights cannot be read .*{name}.*install steadybench again"):
        load_weights(folder)


def test_a_missing_story_is_no_fault(folder: Path) -> None:
    (folder / STORY).unlink()
    load_weights(folder)


def test_a_signed_file_that_was_cut_short_is_refused(folder: Path) -> None:
    truncate(folder)
    sign(folder)
    with pytest.raises(GeneratorError, match="does not hold the tiny backbone"):
        load_weights(folder)


class Trap:
    """Leaves a trace when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (Path("sprung"),))


def test_a_pickle_is_refused_and_never_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"model": Trap()}, folder / FILE)
    sign(folder)
    with pytest.raises(GeneratorError, match="does not hold the tiny backbone"):
        load_weights(folder)
    assert not Path("sprung").exists()


GOOD = {"vocabulary": json.dumps(VOCABULARY)}


def keep(_: dict[str, torch.Tensor]) -> None:
    """Change nothing."""


def drop_codec(tensors: dict[str, torch.Tensor]) -> None:
    for name in [name for name in tensors if name.startswith("codec.")]:
        del tensors[name]


def narrow(tensors: dict[str, torch.Tensor]) -> None:
    tensors["model.network.head.head.weight"] = tensors["model.network.head.head.weight"][:, :96].clone()


def add_layer(tensors: dict[str, torch.Tensor]) -> None:
    tensors["model.network.blocks.6.norm3.bias"] = torch.zeros(192, dtype=torch.float16)


@pytest.mark.parametrize(
    ("change", "metadata"),
    [
        (drop_codec, GOOD),
        (narrow, GOOD),
        (add_layer, GOOD),
        (keep, {"vocabulary": json.dumps(["left"])}),
        (keep, None),
        (keep, {"words": "[]"}),
        (keep, {"vocabulary": "left, river"}),
        (keep, {"vocabulary": "7"}),
        (keep, {"vocabulary": '{"left": 1, "river": 2, "été": 3}'}),
        (keep, {"vocabulary": "[1, 2, 3]"}),
    ],
    ids=[
        "codec missing",
        "narrower",
        "deeper",
        "smaller vocabulary",
        "no metadata",
        "no vocabulary",
        "not JSON",
        "number",
        "object",
        "list of numbers",
    ],
)
def test_another_networks_weights_are_refused(
    folder: Path, change: Callable[[dict[str, torch.Tensor]], None], metadata: dict[str, str] | None
) -> None:
    rewrite(folder, change, metadata)
    with pytest.raises(GeneratorError, match=r"tiny\.safetensors does not hold the tiny backbone: ."):
        load_weights(folder)


def test_rewriting_alone_is_no_fault(folder: Path) -> None:
    rewrite(folder, keep, GOOD)
    load_weights(folder)
