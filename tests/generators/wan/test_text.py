"""The umT5 encoder: its file's names, its arithmetic, where its weights live."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

pytest.importorskip("transformers")
pytest.importorskip("accelerate")
pytest.importorskip("ftfy")

from transformers import UMT5EncoderModel

from generators.contract import GeneratorError
from generators.wan.text import (
    UMT5_XXL,
    TextShape,
    WanText,
    config_of,
    encoder,
    lend,
    load_text,
    original_names,
)
from generators.wan.words import TOKENS, Words
from tests.generators.wan.small_text import SHAPE, network, save_original, tokenizer

CPU = torch.device("cpu")
MAPS = Path("/proc/self/maps")
Array = NDArray[np.float64]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tokenizer(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_original(tmp_path_factory.mktemp("weights") / "t5.pth", network())


def small(weights: Path, words: Path) -> WanText:
    return load_text(weights, words, CPU, torch.float32, SHAPE)


# The network.


def test_the_encoder_has_the_published_size() -> None:
    with torch.device("meta"):
        state = UMT5EncoderModel(config_of(UMT5_XXL)).state_dict()
    names = original_names()
    assert set(state) - set(names) == {"encoder.embed_tokens.weight"}
    assert len(set(names.values())) == len(names) == 242
    assert sum(state[name].numel() for name in names) == 5_680_910_336
    shapes = {theirs: tuple(state[ours].shape) for ours, theirs in names.items()}
    assert shapes["token_embedding.weight"] == (256_384, 4096)
    assert shapes["blocks.23.pos_embedding.embedding.weight"] == (32, 64)
    assert shapes["blocks.0.ffn.gate.0.weight"] == shapes["blocks.0.ffn.fc1.weight"] == (10_240, 4096)
    assert shapes["blocks.0.ffn.fc2.weight"] == (4096, 10_240)
    assert shapes["norm.weight"] == (4096,)


def bucket(distance: int, buckets: int = SHAPE.buckets) -> int:
    """Of a distance to a token, ahead or behind: exact when near, wider and wider up to 128 tokens."""
    half = buckets // 2
    near = half // 2
    far = abs(distance)
    if far >= near:
        far = min(half - 1, near + int(math.log(far / near) / math.log(128 / near) * (half - near)))
    return far + (half if distance > 0 else 0)


def derived(weights: dict[str, Array], ids: list[int], count: int) -> Array:
    """The encoder in numpy, from the original names: (tokens, dim)."""
    positions = np.array([[bucket(key - query) for key in range(len(ids))] for query in range(len(ids))])
    x = weights["token_embedding.weight"][ids]

    def rms(of: Array, name: str) -> Array:
        return of / np.sqrt((of**2).mean(-1, keepdims=True) + 1e-6) * weights[name]

    for layer in range(SHAPE.layers):
        at = f"blocks.{layer}."
        normed = rms(x, at + "norm1.weight")
        q, k, v = (
            (normed @ weights[f"{at}attn.{name}.weight"].T).reshape(len(ids), SHAPE.heads, -1)
            for name in "qkv"
        )
        scores = np.einsum("ihd,jhd->hij", q, k)  # T5 does not divide by the root of the size
        scores += weights[at + "pos_embedding.embedding.weight"][positions].transpose(2, 0, 1)
        scores[:, :, count:] = -np.inf
        heat = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = np.einsum("hij,jhd->ihd", heat / heat.sum(-1, keepdims=True), v).reshape(len(ids), -1)
        x = x + mixed @ weights[at + "attn.o.weight"].T
        normed = rms(x, at + "norm2.weight")
        gate = normed @ weights[at + "ffn.gate.0.weight"].T
        gate = 0.5 * gate * (1 + np.tanh(math.sqrt(2 / math.pi) * (gate + 0.044715 * gate**3)))
        x = x + (gate * (normed @ weights[at + "ffn.fc1.weight"].T)) @ weights[at + "ffn.fc2.weight"].T
    return rms(x, "norm.weight")


def test_vectors_are_those_of_an_independent_derivation(original: Path, words: Path) -> None:
    weights = {name: tensor.double().numpy() for name, tensor in torch.load(original).items()}
    prompt = "A brook runs between mossy stones. " * 12
    tokens = Words(words).read(prompt)
    assert 128 < tokens.count < TOKENS
    found = small(original, words).read(prompt)
    assert found.tokens.shape == (TOKENS, SHAPE.dim)
    expected = derived(weights, list(tokens.ids), tokens.count)[: tokens.count]
    assert np.abs(found.tokens[: tokens.count].numpy() - expected).max() < 1e-5 * np.abs(expected).max()
    assert (found.tokens[tokens.count :] == 0).all()
    assert found.as_used == prompt.strip()


# Files.


def vectors(of: UMT5EncoderModel) -> Tensor:
    with torch.inference_mode():
        found: Tensor = of(torch.arange(2, 40)[None]).last_hidden_state
    return found


def test_the_original_file_and_a_folder_hold_the_same_network(original: Path, tmp_path: Path) -> None:
    network().save_pretrained(tmp_path / "one")
    network().save_pretrained(tmp_path / "parts", max_shard_size="20KB")
    assert len(list((tmp_path / "parts").glob("*.safetensors"))) > 2
    expected = vectors(network())
    for path in (original, tmp_path / "one", tmp_path / "parts"):
        assert torch.equal(vectors(encoder(path, torch.float32, SHAPE)), expected)


@pytest.mark.skipif(not MAPS.exists(), reason="the system does not list its mappings")
def test_weights_are_mapped_from_the_file_and_not_copied(original: Path, tmp_path: Path) -> None:
    network().save_pretrained(tmp_path)
    for path, file in ((original, original), (tmp_path, tmp_path / "model.safetensors")):
        found = encoder(path, torch.float32, SHAPE)
        listed = [line.split() for line in MAPS.read_text().splitlines() if line.endswith(str(file))]
        ranges = [[int(end, 16) for end in line[0].split("-")] for line in listed]
        for name, parameter in found.named_parameters():
            assert any(start <= parameter.data_ptr() < end for start, end in ranges), name


def test_faults_of_a_file_are_all_named(tmp_path: Path) -> None:
    changes = {
        "blocks.1.norm2.weight": None,
        "blocks.3.norm1.weight": torch.ones(32),
        "norm.weight": torch.ones(3),
    }
    with pytest.raises(GeneratorError) as caught:
        encoder(save_original(tmp_path / "a.pth", network(), **changes), torch.float32, SHAPE)
    for part in (
        "1 missing: encoder.block.1.layer.1.layer_norm.weight",
        "1 not known: blocks.3.norm1.weight",
        "1 of another size: encoder.final_layer_norm.weight [3], expected [32]",
    ):
        assert part in str(caught.value)


def test_another_network_and_half_a_file_are_refused(original: Path, tmp_path: Path) -> None:
    torch.save({"conv1.weight": torch.ones(2)}, tmp_path / "a.pth")
    with pytest.raises(GeneratorError, match="does not hold the weights of this UMT5EncoderModel"):
        encoder(tmp_path / "a.pth", torch.float32, SHAPE)
    with pytest.raises(GeneratorError, match=r"\d+ of another size"):
        encoder(original, torch.bfloat16, UMT5_XXL)
    (tmp_path / "b.pth").write_bytes(original.read_bytes()[:20_000])
    with pytest.raises(GeneratorError, match=r"b\.pth"):
        encoder(tmp_path / "b.pth", torch.float32, SHAPE)
    torch.save({"token_embedding.weight": {"a": torch.ones(1)}}, tmp_path / "c.pth")
    with pytest.raises(GeneratorError, match="no tensors"):
        encoder(tmp_path / "c.pth", torch.float32, SHAPE)


def test_what_is_not_there_is_said_before_the_first_prompt(
    original: Path, words: Path, tmp_path: Path
) -> None:
    with pytest.raises(GeneratorError, match="weights missing"):
        load_text(tmp_path / "none.pth", words, CPU)
    with pytest.raises(GeneratorError, match="tokeniser missing"):
        load_text(original, tmp_path, CPU)
    with pytest.raises(GeneratorError, match="expected at most 50 tokens, got"):
        load_text(original, words, CPU, shape=TextShape(vocabulary=50))


# Memory.


def test_weights_are_read_when_the_first_prompt_is(words: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_bytes(b"not yet")
    found = small(tmp_path / "a.pth", words)
    with pytest.raises(GeneratorError):
        found.read("a brook")
    save_original(tmp_path / "a.pth", network())
    assert found.read("a brook").as_used == "a brook"


def test_a_prompt_is_encoded_once(original: Path, words: Path) -> None:
    found, calls = small(original, words), []
    found.network.encoder.register_forward_hook(lambda *_: calls.append(1))
    once = found.read("a brook")
    assert found.read("a brook") is once
    assert not torch.equal(found.read("a lake").tokens, once.tokens)
    assert len(calls) == 2


def test_lent_layers_are_on_the_device_only_while_they_run(
    original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same hooks as on a GPU; a weight that is away lies on the meta device."""
    found = encoder(original, torch.float32, SHAPE)
    expected = vectors(found)
    lend(found, CPU)
    layers = [part for part in found.encoder.modules() if list(part.parameters(recurse=False))]
    layers.remove(found.encoder.embed_tokens)
    assert len(layers) == 10 * SHAPE.layers + 1

    def here() -> int:
        return sum(not weight.is_meta for layer in layers for weight in layer.parameters())

    seen: list[int] = []
    monkeypatch.setattr(F, "linear", lambda *args, linear=F.linear: (seen.append(here()), linear(*args))[1])
    for _ in range(2):
        assert here() == 0
        assert torch.equal(vectors(found), expected)
    assert seen == [1] * 7 * SHAPE.layers * 2
    assert here() == 0
    assert not found.get_input_embeddings().weight.is_meta
