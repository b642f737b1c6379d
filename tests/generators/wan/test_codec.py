"""The Wan autoencoder: streaming equals whole-video decoding, statistics and files are the published ones."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

pytest.importorskip("diffusers")

from diffusers import AutoencoderKLWan

from generators.contract import Frames, GeneratorError
from generators.engine.backbone import Backbone
from generators.engine.recipe import Recipe, Segments
from generators.engine.rollout import rollout
from generators.engine.segments import pictures
from generators.engine.steps import warped
from generators.engine.window import WindowPolicy
from generators.wan.codec import (
    LATENTS_MEAN,
    LATENTS_STD,
    WAN_VAE,
    WanCodec,
    WanDecoder,
    default_dtype,
    load_codec,
    to_levels,
)
from tests.generators.engine.small import backbone, clip
from tests.generators.wan.small_codec import (
    SMALL,
    codec,
    film,
    latents,
    network,
    original_name,
    original_state,
)

CPU = torch.device("cpu")


def whole(of: WanCodec, z: Tensor) -> Tensor:
    """Pixels of a clip by the library's own decoding of all of it, (3, T, h, w)."""
    mean, std = (torch.tensor(v).view(-1, 1, 1, 1) for v in (LATENTS_MEAN, LATENTS_STD))
    with torch.inference_mode():
        pixels: Tensor = of.network.decode((z * std + mean)[None]).sample[0]
    return pixels


def streamed(decoder: WanDecoder, z: Tensor, *counts: int) -> Frames:
    return np.concatenate([decoder.push(part) for part in z.split(counts, dim=1)])


def test_the_network_is_the_one_that_the_library_builds_by_default() -> None:
    defaults = inspect.signature(AutoencoderKLWan.__init__).parameters
    assert {name: defaults[name].default for name in WAN_VAE} == dict(WAN_VAE)
    with torch.device("meta"):
        sizes = [p.numel() for p in AutoencoderKLWan(**WAN_VAE).state_dict().values()]
    assert (len(sizes), sum(sizes)) == (194, 126_892_531)


def test_streaming_equals_decoding_the_whole_clip() -> None:
    of, z = codec(), latents(6)
    expected, decoder = whole(of, z), of.decoder()
    with torch.inference_mode():
        found = torch.cat([decoder.pixels(z[:, k : k + 1]) for k in range(6)], 1)
    assert found.shape == (3, 21, 32, 48)
    assert (found.clamp(-1, 1) - expected).abs().max() < 1e-5
    assert found.abs().max() > 1
    assert expected.std() > 0.1


def test_how_a_clip_is_cut_does_not_show() -> None:
    of, z = codec(), latents(5)
    once = of.decoder().push(z)
    assert once.shape == (17, 32, 48, 3)
    assert once.dtype == np.uint8
    assert once.flags.c_contiguous
    for counts in ((1, 4), (4, 1), (2, 3), (1, 1, 1, 1, 1)):
        assert np.array_equal(streamed(of.decoder(), z, *counts), once)


def test_a_first_latent_is_one_picture_and_every_other_four() -> None:
    decoder = codec().decoder()
    assert [len(decoder.push(latents(n))) for n in (1, 1, 3)] == [1, 4, 12]


def test_decoders_share_nothing_and_encoding_disturbs_none() -> None:
    of = codec()
    one, two = latents(4, seed=1), latents(4, seed=2)
    alone = [of.decoder().push(z) for z in (one, two)]
    first, second = of.decoder(), of.decoder()
    found: tuple[list[Frames], list[Frames]] = ([], [])
    for k in range(4):
        found[0].append(first.push(one[:, k : k + 1]))
        of.encode(film(5))
        found[1].append(second.push(two[:, k : k + 1]))
        whole(of, one[:, :1])
    assert np.array_equal(np.concatenate(found[0]), alone[0])
    assert np.array_equal(np.concatenate(found[1]), alone[1])
    assert not np.array_equal(*alone)


def test_what_a_decoder_remembers_does_not_grow() -> None:
    decoder, sizes = codec().decoder(), []
    for _ in range(6):
        decoder.push(latents(1))
        sizes.append(sum(t.untyped_storage().nbytes() for t in decoder._kept if isinstance(t, Tensor)))
    assert sizes[0] < sizes[1] == sizes[2] == sizes[5]


def test_frames_are_clamped_scaled_and_rounded() -> None:
    levels = torch.tensor([0, 1, 127, 128, 254, 255.0])
    given = torch.cat([levels / 127.5 - 1, torch.tensor([-3.0, 2.0, 0.4 / 127.5 - 1, 0.6 / 127.5 - 1])])
    found = to_levels(given.view(1, 1, 1, -1).repeat(3, 1, 1, 1))
    assert found.shape == (1, 1, 10, 3)
    assert found[0, 0, :, 1].tolist() == [0, 1, 127, 128, 254, 255, 0, 255, 0, 1]


def test_encoding_takes_the_mean_of_the_posterior_and_normalises_it() -> None:
    of, frames = codec(), film(9)
    frames.setflags(write=False)
    state = torch.get_rng_state()
    found = of.encode(frames)
    assert torch.equal(torch.get_rng_state(), state)
    assert found.shape == (16, 3, 4, 6)
    assert found.dtype == torch.float32
    pixels = torch.from_numpy(frames / 127.5 - 1).float().permute(3, 0, 1, 2)[None]
    with torch.inference_mode():
        mean = of.network.encode(pixels).latent_dist.mean[0]
    for channel in range(16):
        expected = (mean[channel] - LATENTS_MEAN[channel]) / LATENTS_STD[channel]
        assert torch.allclose(found[channel], expected, atol=1e-5)


def test_pixels_are_encoded_from_minus_one_to_one() -> None:
    of, seen = codec(), []
    of.network.encoder.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    frames = np.zeros((1, 8, 8, 3), np.uint8)
    frames[..., 2] = 255
    of.encode(frames)
    assert seen[0].shape == (1, 3, 1, 8, 8)
    assert [seen[0][0, channel].unique().item() for channel in range(3)] == [-1, -1, 1]


@pytest.mark.parametrize("shape", [(4, 32, 48, 3), (0, 32, 48, 3), (1, 30, 48, 3), (1, 32, 50, 3)])
def test_frames_that_fill_no_latents_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected 1 \+ 4 n frames"):
        codec().encode(np.zeros(shape, np.uint8))


def test_halves_are_stored_and_computed_where_asked_for() -> None:
    assert default_dtype(CPU) == torch.float32
    assert default_dtype(torch.device("cuda:0")) == torch.bfloat16


# Files.


def save_original(path: Path, **changes: Tensor | None) -> Path:
    state = original_state(network()) | changes
    torch.save({name: tensor for name, tensor in state.items() if tensor is not None}, path)
    return path


def save_folder(folder: Path, **changes: object) -> Path:
    network().save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | changes))
    return folder


def test_original_names_are_those_of_the_published_file() -> None:
    with torch.device("meta"):
        names = {original_name(name) for name in AutoencoderKLWan(**WAN_VAE).state_dict()}
    assert len(names) == 194
    assert names >= {
        "conv1.weight",
        "conv2.bias",
        "encoder.conv1.weight",
        "encoder.downsamples.0.residual.0.gamma",
        "encoder.downsamples.2.resample.1.weight",
        "encoder.downsamples.3.shortcut.bias",
        "encoder.downsamples.5.time_conv.weight",
        "encoder.middle.1.to_qkv.weight",
        "encoder.head.2.bias",
        "decoder.middle.0.residual.6.weight",
        "decoder.upsamples.3.time_conv.bias",
        "decoder.upsamples.4.shortcut.weight",
        "decoder.upsamples.11.resample.1.bias",
        "decoder.upsamples.14.residual.3.gamma",
        "decoder.head.0.gamma",
    }


def test_the_original_file_and_a_folder_hold_the_same_network(tmp_path: Path) -> None:
    expected, z = codec(), latents(3)
    for path in (save_original(tmp_path / "Wan2.1_VAE.pth"), save_folder(tmp_path / "vae")):
        found = load_codec(path, CPU, config=SMALL)
        assert found.dtype == torch.float32
        assert not found.network.training
        assert np.array_equal(found.decoder().push(z), expected.decoder().push(z))
        assert torch.equal(found.encode(film(5)), expected.encode(film(5)))


def test_it_runs_in_bfloat16(tmp_path: Path) -> None:
    found = load_codec(save_original(tmp_path / "a.pth"), CPU, torch.bfloat16, SMALL)
    assert {p.dtype for p in found.network.parameters()} == {torch.bfloat16}
    exact, z = codec(), latents(3)
    assert np.abs(found.decoder().push(z).astype(int) - exact.decoder().push(z)).mean() < 3
    assert found.encode(film(5)).dtype == torch.float32


def test_faults_of_a_file_are_all_named(tmp_path: Path) -> None:
    changes = {"conv1.bias": None, "decoder.extra": torch.zeros(1), "encoder.head.2.bias": torch.zeros(7)}
    with pytest.raises(GeneratorError) as caught:
        load_codec(save_original(tmp_path / "a.pth", **changes), CPU, config=SMALL)
    for part in (
        "1 missing: quant_conv.bias",
        "1 not known: decoder.extra",
        "1 of another size: encoder.conv_out.bias [7], expected [32]",
    ):
        assert part in str(caught.value)


def test_another_autoencoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"describes another autoencoder.*latents_std is"):
        load_codec(save_folder(tmp_path / "a", latents_std=[1.0] * 16), CPU, config=SMALL)
    with pytest.raises(GeneratorError, match=r"this AutoencoderKLWan; tensors: \d+ of another size"):
        load_codec(save_original(tmp_path / "b.pth"), CPU)
    (tmp_path / "a" / "config.json").unlink()
    with pytest.raises(GeneratorError, match=r"expected the description of an autoencoder in .*config\.json"):
        load_codec(tmp_path / "a", CPU, config=SMALL)
    with pytest.raises(GeneratorError, match="weights missing"):
        load_codec(tmp_path / "none.pth", CPU)


# In the engine.


def test_segments_hand_over_through_it() -> None:
    """CausVid's chain, streamed by the engine and derived here from whole segments by the library alone."""
    small = {**SMALL, "z_dim": 4, "latents_mean": [0.3, -0.2, 0.1, 0.0], "latents_std": [1.5, 2.0, 0.8, 1.2]}
    of = replace(backbone(), codec=codec(small))
    policy = WindowPolicy(
        block=3, window=9, cap=9, positions="absolute", denoising=warped((1000, 500), shift=5)
    )
    recipe = Recipe(policy, Segments(frames=9, overlap=3))
    with torch.inference_mode():
        found = np.concatenate(list(pictures(of, recipe, clip(of), 3 * 24)))
        expected = _chain(of, network(small), recipe, 3)
    assert found.shape == (72, 32, 48, 3)
    assert found.std() > 20
    difference = np.abs(found.astype(int) - expected)
    assert difference.max() <= 1  # a pixel on the edge between two levels may fall to either side
    assert difference.mean() < 0.01


def _chain(of: Backbone, vae: AutoencoderKLWan, recipe: Recipe, rollouts: int) -> Frames:
    mean, std = (
        torch.tensor(v).view(1, 4, 1, 1, 1) for v in (vae.config.latents_mean, vae.config.latents_std)
    )
    prefix, kept = None, []
    for number in range(rollouts):
        noisy = clip(of)._replace(noise=clip(of).noise.segment(number))
        made = list(rollout(of, recipe.policy, [noisy], 9, recipe.ema, prefix))
        z = torch.cat(made if prefix is None else [prefix, *made], 2)
        pixels = (vae.decode(z * std + mean).sample + 1) * 127.5
        levels = pixels.round()
        bridge = levels[:, :, -9:-8] / 127.5 - 1  # picture -(4 (n - 1) + 1) for n = 3
        first = (vae.encode(bridge).latent_dist.mode() - mean) / std
        prefix = torch.cat([first, z[:, :, -2:]], 2)
        kept.append(levels[0, :, :-9].permute(1, 2, 3, 0).numpy().astype(np.uint8))
    return np.concatenate(kept)
