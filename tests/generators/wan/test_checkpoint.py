"""Every published container at reduced width, and everything that can be wrong with a file."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from generators.contract import GeneratorError
from generators.engine.network import CausalWan
from generators.engine.shape import WAN_1_3B, NetworkShape
from generators.wan import checkpoint as module
from generators.wan.checkpoint import ITSELF, Loaded, read_checkpoint, read_published
from generators.wan.table import published
from tests.generators.wan import containers
from tests.generators.wan.containers import ALPHA, RANK, SHAPE, compiled, network, save, sharded, wrapped

PLAIN, AVERAGED, CRITIC = (network(seed).state_dict() for seed in (1, 2, 3))
COUNT = len(PLAIN)
FIRST = "base_model.model.blocks.0"


def read(path: Path, **other: Any) -> Loaded:
    given: dict[str, Any] = {"container": "generator", "ema": False, "shape": SHAPE}
    return read_checkpoint(path, **(given | other))


def flow(state: dict[str, Tensor]) -> Tensor:
    made = CausalWan(SHAPE).eval()
    made.load_state_dict(state, strict=True, assign=True)
    return containers.output(made)


def same(state: dict[str, Tensor], wanted: dict[str, Tensor]) -> bool:
    return state.keys() == wanted.keys() and all(torch.equal(state[name], wanted[name]) for name in wanted)


# ---- the containers


@pytest.mark.parametrize("name", published())
def test_every_published_file_gives_the_network_that_was_saved(tmp_path: Path, name: str) -> None:
    row = published()[name]
    path = save(tmp_path / "a.pt", containers.published(name, PLAIN, AVERAGED, CRITIC))
    adapter = None
    original = AVERAGED if row.ema and row.container != "bare" else PLAIN
    made = network(2 if original is AVERAGED else 1)
    if row.adapter:
        lora = containers.adapter(7)
        content = {"generator_lora": lora, "critic_lora": containers.adapter(8), "step": 3000}
        adapter = save(tmp_path / "lora.pt", content)
        row = replace(row, adapter_rank=RANK, adapter_alpha=ALPHA)
        state = made.state_dict()  # shares memory with the network
        for place in (place for place in lora if "lora_A" in place):
            up, down = lora[place.replace("lora_A", "lora_B")], lora[place]
            state[place.removeprefix("base_model.model.").replace("lora_A.", "")] += ALPHA / RANK * up @ down
    loaded = read_published(row, path, adapter, SHAPE, ema=row.ema)
    assert len(loaded.state) == COUNT
    assert loaded.used_ema == (row.ema and row.container != "bare")
    torch.testing.assert_close(
        flow(loaded.state), containers.output(made), rtol=0, atol=1e-6 * bool(row.adapter)
    )
    assert (loaded.adapter_rank, loaded.adapter_alpha) == ((RANK, ALPHA) if row.adapter else (None, None))


def test_the_test_can_tell_the_networks_apart() -> None:
    flows = [containers.output(network(seed)) for seed in (1, 2, 3)]
    assert all((a - b).abs().max() > 0.1 for a, b in [flows[:2], flows[1:], flows[::2]])


@pytest.mark.parametrize(
    ("content", "ema", "found", "weights"),
    [
        ({"generator": PLAIN, "generator_ema": AVERAGED}, True, "generator_ema", AVERAGED),
        ({"generator": PLAIN, "generator_ema": AVERAGED}, False, "generator", PLAIN),
        ({"model": PLAIN, "step": 5}, False, "model", PLAIN),
        ({"generator": PLAIN, "model": CRITIC}, False, "generator", PLAIN),
        (PLAIN, False, ITSELF, PLAIN),
    ],
)
def test_the_container_that_is_taken(
    tmp_path: Path, content: dict[str, Any], ema: bool, found: str, weights: dict[str, Tensor]
) -> None:
    loaded = read(save(tmp_path / "a.pt", content), ema=ema)
    assert (loaded.container_found, loaded.used_ema) == (found, found == "generator_ema")
    assert same(loaded.state, weights)


@pytest.mark.parametrize("names", [dict, wrapped, sharded, compiled, lambda state: wrapped(sharded(state))])
def test_wrappers_in_names_are_removed(tmp_path: Path, names: Callable[[Any], dict[str, Tensor]]) -> None:
    path = save(tmp_path / "a.pt", {"generator": OrderedDict(names(PLAIN))})
    assert same(read(path).state, PLAIN)


def test_a_file_in_the_old_format(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    torch.save({"generator": PLAIN}, path, _use_new_zipfile_serialization=False)
    assert same(read(path).state, PLAIN)


def test_safetensors_whole_flat_and_divided(tmp_path: Path) -> None:
    save_file(wrapped(PLAIN), tmp_path / "a.safetensors")
    assert same(read(tmp_path / "a.safetensors").state, PLAIN)
    flat = {f"generator.{name}": value for name, value in wrapped(PLAIN).items()}
    flat |= {f"generator_ema.{name}": value for name, value in sharded(AVERAGED).items()}
    save_file(flat, tmp_path / "b.safetensors")
    loaded = read(tmp_path / "b.safetensors", ema=True)
    assert loaded.used_ema and same(loaded.state, AVERAGED)
    index = divided(tmp_path)
    assert same(read(index).state, PLAIN)


def divided(folder: Path) -> Path:
    """Weights in two files and their index."""
    names = sorted(PLAIN)
    parts = {"1-of-2.safetensors": names[:20], "2-of-2.safetensors": names[20:]}
    for part, held in parts.items():
        save_file({name: PLAIN[name] for name in held}, folder / part)
    index = folder / "a.safetensors.index.json"
    weights = {name: part for part, held in parts.items() for name in held}
    index.write_text(json.dumps({"metadata": {}, "weight_map": weights}), encoding="utf-8")
    return index


def test_parts_that_are_missing_or_do_not_fit(tmp_path: Path) -> None:
    index = divided(tmp_path)
    told = json.loads(index.read_text(encoding="utf-8"))
    told["weight_map"]["extra"] = "../1-of-2.safetensors"
    told["weight_map"]["more"] = "3-of-2.safetensors"
    index.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(
        GeneratorError, match=r"2 parts that are not beside it: \.\./1-of-2\.saf.*, 3-of-2\.saf"
    ):
        read(index)
    told["weight_map"] = {"blocks.9": "1-of-2.safetensors"}
    index.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(
        GeneratorError, match=r"do not go together: 1 tensors missing from .*: blocks\.9; 20 tens"
    ):
        read(index)
    index.write_text("{}", encoding="utf-8")
    with pytest.raises(GeneratorError, match="it has no 'weight_map'"):
        read(index)
    index.write_text("{", encoding="utf-8")
    with pytest.raises(GeneratorError, match="is damaged or not whole"):
        read(index)


def test_types_are_changed_only_when_asked(tmp_path: Path) -> None:
    halves = {name: value.half() if "ffn" in name else value for name, value in PLAIN.items()}
    path = save(tmp_path / "a.pt", {"generator": halves})
    loaded = read(path)
    assert {value.dtype for value in loaded.state.values()} == {torch.float16, torch.float32}
    assert loaded.notes == (f"The file mixes types: {COUNT - 8} x float32, 8 x float16.",)
    loaded = read(path, dtype=torch.bfloat16)
    assert {value.dtype for value in loaded.state.values()} == {torch.bfloat16}
    assert loaded.notes == ()
    assert torch.equal(loaded.state["head.head.weight"], PLAIN["head.head.weight"].bfloat16())


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_the_file_is_not_needed_afterwards(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".pt":
        save(path, {"generator": PLAIN})
    else:
        save_file(dict(PLAIN), path)
    loaded = read(path)
    with path.open("r+b") as stream:
        stream.write(bytes(path.stat().st_size))
    assert same(loaded.state, PLAIN)


# ---- averaged weights


def test_missing_averaged_weights_are_an_error(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pt", {"generator": PLAIN, "critic": CRITIC})
    with pytest.raises(
        GeneratorError, match="no averaged weights, which are wanted: it has critic, generator, but"
    ):
        read(path, ema=True)
    loaded = read(path, ema=True, ema_fallback=True)
    assert (loaded.container_found, loaded.used_ema) == ("generator", False)
    assert loaded.notes == (
        "The file holds no averaged weights; as in the authors' program, those under generator are taken.",
    )


def test_averaged_weights_alone_where_the_others_are_wanted(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pt", {"generator_ema": AVERAGED})
    with pytest.raises(
        GeneratorError, match=r"averaged weights only \(generator_ema\), and the others are wanted"
    ):
        read(path)


def test_a_bare_file_where_averaged_weights_are_wanted(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pt", PLAIN)
    with pytest.raises(GeneratorError, match="nobody can tell whether these are the averaged weights"):
        read(path, ema=True)
    loaded = read(path, ema=True, container="bare")
    assert not loaded.used_ema
    assert loaded.notes == (
        "The file holds one set of weights; whether averaged ones are wanted has no effect.",
    )


def test_another_container_than_the_published_one_is_told(tmp_path: Path) -> None:
    assert "this one is a bare state dict" in read(save(tmp_path / "a.pt", PLAIN)).notes[0]
    path = save(tmp_path / "b.pt", {"generator": PLAIN})
    for ema in (False, True):
        notes = read(path, container="bare", ema=ema).notes
        assert "this one has its weights under generator" in notes[-1]


# ---- nothing is skipped


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    state: dict[str, Any] = wrapped(PLAIN)
    del state["model.blocks.0.modulation"], state["model.head.modulation"]
    state["model.blocks.1.self_attn.q.bias"] = torch.zeros(25)
    state["model.extra"] = torch.zeros(1)
    state["model.freqs"] = None
    state["model.counter"] = torch.zeros(1, dtype=torch.int64)
    state["model._orig_mod.patch_embedding.bias"] = PLAIN["patch_embedding.bias"]
    with pytest.raises(GeneratorError) as fault:
        read(save(tmp_path / "a.pt", {"generator": state}))
    told = str(fault.value)
    assert f"does not hold the {COUNT} tensors of this network (generator was read)" in told
    for words in (
        "2 tensors missing: blocks.0.modulation, head.modulation",
        "1 tensors too many: extra",
        "1 tensors of another shape: blocks.1.self_attn.q.bias (25,) instead of (24,)",
        "2 entries that are no tensors of float32, bfloat16 or float16: model.freqs (a NoneType), model.cou",
        "model.counter (int64)",
        "1 names that stand there twice once wrappers are removed: patch_embedding.bias",
    ):
        assert words in told


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_no_tensor_may_be_missing(tmp_path: Path, name: str) -> None:
    state = {other: value for other, value in PLAIN.items() if other != name}
    with pytest.raises(GeneratorError, match=f"1 tensors missing: {name}$"):
        read(save(tmp_path / "a.pt", {"generator": state}))


def test_long_lists_are_cut_and_counted(tmp_path: Path) -> None:
    state = {name: value for name, value in PLAIN.items() if not name.startswith("blocks.1.")}
    with pytest.raises(
        GeneratorError, match=r"a network of 1 layers; expected 2; 27 tensors missing: .* and 23 more$"
    ):
        read(save(tmp_path / "a.pt", {"generator": state}))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_no_numbers(tmp_path: Path, value: float) -> None:
    broken = PLAIN["blocks.0.ffn.0.weight"].clone()
    broken[3, 4] = value
    path = save(tmp_path / "a.pt", {"generator": PLAIN | {"blocks.0.ffn.0.weight": broken}})
    with pytest.raises(
        GeneratorError, match=r"1 tensors with values that are .* not numbers: blocks\.0\.ffn\.0\.w"
    ):
        read(path)


def test_values_too_large_for_the_type_that_is_wanted(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pt", {"generator": PLAIN | {"head.head.bias": torch.full((16,), 1e5)}})
    with pytest.raises(GeneratorError, match=r"infinite or not numbers: head\.head\.bias"):
        read(path, dtype=torch.float16)
    assert read(path, dtype=torch.bfloat16)


@pytest.mark.filterwarnings("ignore:Validating sparse tensor")
def test_sparse_tensors_are_not_taken(tmp_path: Path) -> None:
    sparse = PLAIN["head.head.bias"].to_sparse()
    path = save(tmp_path / "a.pt", {"generator": PLAIN | {"head.head.bias": sparse}})
    with pytest.raises(GeneratorError, match=r"float16: head\.head\.bias \(sparse_coo\)"):
        read(path)


# ---- files of something else


def sized(dim: int, channels: int, layers: int) -> dict[str, Tensor]:
    """Names and first layer of a network of another size, small elsewhere."""
    names = network(1, replace(SHAPE, layers=layers)).state_dict()
    return names | {"patch_embedding.weight": torch.zeros((dim, channels, 1, 2, 2))}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            sized(5120, 16, 40),
            "Wan2.1-T2V-14B, or Wan2.2-T2V-A14B: width 5120, 16 latent channels, 40 layers",
        ),
        (
            {"generator": sized(3072, 48, 30)},
            "Wan2.2-TI2V-5B (LongLive 2.0 is made of it): width 3072, 48 latent",
        ),
        (sized(5120, 36, 40), "an image-to-video model of 14B"),
        (sized(1536, 36, 30), "an image-to-video model of 1.3B"),
        (PLAIN | {"img_emb.proj.0.bias": torch.zeros(1)}, "an image-to-video model (img_emb)"),
        (PLAIN | {"vace_blocks.0.x": torch.zeros(1)}, "a VACE model for editing"),
        ({"blocks.0.attn1.to_q.weight": torch.zeros(1)}, "a transformer with the names of diffusers"),
        ({"condition_embedder.x": torch.zeros(1)}, "a transformer with the names of diffusers"),
        ({"token_embedding.weight": torch.zeros(1)}, "the umT5 text encoder"),
        ({"decoder.upsamples.0.x": torch.zeros(1)}, "the video autoencoder"),
        ({"shared.weight": torch.zeros(1)}, "a T5 text encoder"),
        (containers.adapter(1), "a LoRA, which is no network by itself: give it together with its base"),
        ({"generator_lora": containers.adapter(1), "step": 1}, "a LoRA, which is no network by itself"),
        (
            {"critic": wrapped(CRITIC), "step": 1},
            "a checkpoint of training without the generator (it has critic)",
        ),
        ({"optimizer": {}, "critic_optimizer": {}}, "a checkpoint of training without the generator"),
        ({"epoch": 3, "lr": 0.1}, "no checkpoint: expected 'generator' in it, got epoch, lr"),
        ({}, "no checkpoint: expected 'generator' in it, got nothing"),
        ({"generator": [1, 2]}, "no checkpoint: expected 'generator' in it, got generator"),
        ([1, 2], "holds a list; expected a state dict"),
        (torch.zeros(3), "holds a Tensor; expected a state dict"),
    ],
)
def test_what_a_file_of_something_else_is(tmp_path: Path, content: object, words: str) -> None:
    path = save(tmp_path / "a.pt", content)
    with pytest.raises(GeneratorError) as fault:
        read(path)
    assert str(fault.value).startswith(str(path))
    assert words in str(fault.value)


def test_wan21s_own_transformer_cannot_be_told_by_its_tensors_but_by_its_name(tmp_path: Path) -> None:
    save_file(dict(PLAIN), tmp_path / "diffusion_pytorch_model.safetensors")
    notes = read(tmp_path / "diffusion_pytorch_model.safetensors", container="bare").notes
    assert "is the name of Wan2.1's own transformer" in notes[0]


def test_every_cut_of_a_file_is_noticed(tmp_path: Path) -> None:
    whole = save(tmp_path / "a.pt", {"generator": PLAIN}).read_bytes()
    save_file(dict(PLAIN), tmp_path / "a.safetensors")
    flat = (tmp_path / "a.safetensors").read_bytes()
    for content in (whole, flat):
        for share in (0.0, 0.001, 0.2, 0.5, 0.9, 0.999, 1 - 1 / len(content)):
            path = tmp_path / "cut"
            path.write_bytes(content[: int(share * len(content))])
            with pytest.raises(GeneratorError, match=r"fetch it again|neither a PyTorch nor"):
                read(path)


def test_a_cut_file_in_the_old_format(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    torch.save({"generator": PLAIN}, path, _use_new_zipfile_serialization=False)
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(GeneratorError, match="fetch it again"):
        read(path)


class Payload:
    """What a hostile file would hold: code to run when it is read."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (eval, ("open('/proc/self/comm')",))


@pytest.mark.parametrize("new", [True, False])
def test_a_file_that_would_run_code_is_not_opened(tmp_path: Path, new: bool) -> None:
    path = tmp_path / "a.pt"
    torch.save({"generator": PLAIN, "config": Payload()}, path, _use_new_zipfile_serialization=new)
    with pytest.raises(
        GeneratorError, match=r"holds other Python objects than tensors \(.*eval\), and reading those"
    ):
        read(path)


def test_a_zip_archive_of_something_else(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.pt", "w") as archive:
        archive.writestr("notes.txt", "nothing")
    with pytest.raises(GeneratorError, match="is damaged or not whole"):
        read(tmp_path / "a.pt")


# ---- the LoRA


def merge(tmp_path: Path, lora: object, **other: Any) -> Loaded:
    base = save(tmp_path / "base.pt", {"generator": wrapped(PLAIN)})
    given = {"lora": save(tmp_path / "lora.pt", lora), "lora_rank": RANK, "lora_alpha": ALPHA}
    return read(base, **(given | other))


def renamed(change: Callable[[str], str]) -> dict[str, Tensor]:
    return {change(name): value for name, value in containers.adapter(7).items()}


@pytest.mark.parametrize(
    "lora",
    [
        containers.adapter(7),
        {"generator_lora": containers.adapter(7), "critic_lora": containers.adapter(8), "step": 1},
        renamed(lambda name: name.replace(".weight", ".default.weight")),
        renamed(lambda name: name.replace("model.blocks", "model._fsdp_wrapped_module.blocks")),
        renamed(lambda name: name.replace("model.blocks", "model.model.blocks")),
        renamed(lambda name: name.removeprefix("base_model.model.")),
        renamed(lambda name: name.replace("blocks.1.", "blocks.1._checkpoint_wrapped_module.")),
    ],
)
def test_a_lora_under_all_its_names(tmp_path: Path, lora: object) -> None:
    loaded = merge(tmp_path, lora)
    parts = containers.adapter(7)
    changed = 0
    for name, value in loaded.state.items():
        place = f"base_model.model.{name.removesuffix('.weight')}"
        if f"{place}.lora_A.weight" in parts and name.endswith(".weight"):
            product = parts[f"{place}.lora_B.weight"].double() @ parts[f"{place}.lora_A.weight"].double()
            wanted = PLAIN[name].double() + ALPHA / RANK * product
            torch.testing.assert_close(value.double(), wanted, rtol=0, atol=1e-6)
            changed += 1
        else:
            assert torch.equal(value, PLAIN[name])
    assert changed == 20
    assert loaded.notes == ("A LoRA of rank 4, alpha 8 is merged into 20 layers, in float32.",)


def test_the_merge_is_done_before_rounding(tmp_path: Path) -> None:
    loaded = merge(tmp_path, containers.adapter(7), dtype=torch.bfloat16)
    exact = merge(tmp_path, containers.adapter(7))
    assert same(loaded.state, {name: value.bfloat16() for name, value in exact.state.items()})


def test_names_are_those_of_peft(tmp_path: Path) -> None:
    """The real library on the network: what it saves is read, and what it merges is what we merge."""
    peft = pytest.importorskip("peft")
    made = network(1)
    targets = [
        f"blocks.{name}" for name, part in made.blocks.named_modules() if isinstance(part, torch.nn.Linear)
    ]
    config = peft.LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=targets)
    own = peft.get_peft_model(made, config)
    draw = torch.Generator().manual_seed(4)
    for name, value in own.named_parameters():
        if "lora_B" in name:
            value.data = torch.randn(value.shape, generator=draw) / 5
    told = {name: value.clone() for name, value in peft.get_peft_model_state_dict(own).items()}
    assert set(told) == set(containers.adapter(7))
    whole = {name: value.clone() for name, value in own.state_dict().items() if "lora_" in name}
    assert set(whole) == {name.replace(".weight", ".default.weight") for name in told}
    original = own.merge_and_unload(safe_merge=True).state_dict()
    for lora in ({"generator_lora": told}, whole):
        loaded = merge(tmp_path, lora)
        assert loaded.state.keys() == original.keys()
        for name, value in loaded.state.items():
            torch.testing.assert_close(value, original[name], rtol=0, atol=1e-6)


def without(part: str) -> dict[str, Tensor]:
    return {name: value for name, value in containers.adapter(7).items() if part not in name}


@pytest.mark.parametrize(
    ("lora", "words"),
    [
        ({"generator": wrapped(PLAIN)}, r"is a whole checkpoint \(it has generator\), not a LoRA"),
        (wrapped(PLAIN), "is not a LoRA: a network's own tensors are in the file itself"),
        ({"critic_lora": containers.adapter(8)}, "no lora_A and no lora_B is in the file itself; 1 en"),
        ({"generator_lora": []}, "is in generator_lora; it holds a list where a state dict is expected"),
        (containers.adapter(7, rank=3), "its rank is 3, the authors' is 4; 40 tensors of another shape"),
        (
            containers.adapter(7, replace(SHAPE, dim=48)),
            r"36 tensors of another shape: .*lora_A \(4, 48\) instead of \(4, 24\)",
        ),
        (
            containers.adapter(7, replace(SHAPE, layers=3)),
            r"10 lora_A of layers that the network does not have: blocks\.2\.",
        ),
        (
            without("blocks.1.ffn.2"),
            r"1 layers without lora_A: blocks\.1\.ffn\.2; 1 layers without lora_B: blocks\.1\.ffn\.2$",
        ),
        (without("lora_B"), "20 layers without lora_B: "),
        (
            containers.adapter(7) | {f"{FIRST}.self_attn.q.lora_magnitude_vector": torch.ones(1)},
            r"1 tensors that belong to no LoRA: .*lora_magnitude_vector",
        ),
        (
            containers.adapter(7) | {f"{FIRST}.ffn.0.lora_A.old.weight": torch.ones((4, 24))},
            r"layer blocks\.0\.ffn\.0 has more than one adapter",
        ),
        (
            containers.adapter(7) | {f"{FIRST}.ffn.0.lora_A.weight": torch.ones((4, 24)).int()},
            r"1 entries that are no tensors of float32.*\(int32\)",
        ),
    ],
)  # fmt: skip
def test_a_lora_that_does_not_fit(tmp_path: Path, lora: object, words: str) -> None:
    with pytest.raises(GeneratorError, match=words) as fault:
        merge(tmp_path, lora)
    assert str(fault.value).startswith(str(tmp_path / "lora.pt"))


def test_a_lora_with_values_that_are_no_numbers(tmp_path: Path) -> None:
    lora = containers.adapter(7)
    lora["base_model.model.blocks.1.ffn.2.lora_B.weight"][0, 0] = float("nan")
    with pytest.raises(GeneratorError, match=r"1 tensors with values .*: blocks\.1\.ffn\.2\.weight"):
        merge(tmp_path, lora)


# ---- the published size


def test_the_published_network_has_825_tensors_and_300_layers_for_a_lora() -> None:
    skeleton = module._skeleton(WAN_1_3B)
    assert len(skeleton.state_dict()) == 825
    layers = module._layers(skeleton)
    assert len(layers) == 300
    assert layers["blocks.29.ffn.2"] == (1536, 8960)


def test_a_file_of_the_published_size_is_refused_for_a_small_network(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pt", {"generator": sized(1536, 16, 30)})
    small = NetworkShape(dim=24, ffn_dim=48, heads=2, layers=2, channels=4, text_dim=6)
    with pytest.raises(
        GeneratorError, match=r"Wan2\.1-T2V-1\.3B: width 1536, 16 latent channels, 30 layers; expe"
    ):
        read(path, shape=small)
