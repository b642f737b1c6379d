"""What a file of tensors is when it is not a checkpoint of our network, told from names and shapes alone."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from generators.engine.shape import WAN_1_3B, NetworkShape

Shape = tuple[int, ...]

_SIGNS: tuple[tuple[str, str], ...] = (
    ("lora_A", "a LoRA, which is no network by itself: give it together with its base"),
    ("lora_down", "a LoRA in another format than the published ones (lora_down, lora_up)"),
    ("condition_embedder.", "a transformer with the names of diffusers; take the authors' own file"),
    ("attn1.to_q.", "a transformer with the names of diffusers; take the authors' own file"),
    ("img_emb.", "an image-to-video model (img_emb), which this project does not run"),
    ("vace_", "a VACE model for editing (vace_blocks), which this project does not run"),
    ("control_adapter", "a model with a control adapter, which this project does not run"),
    ("ref_conv", "a model with a reference image (ref_conv), which this project does not run"),
    ("shared.weight", "a T5 text encoder with the names of transformers, not the video network"),
    ("token_embedding.", "the umT5 text encoder, not the video network"),
    ("decoder.upsamples", "the video autoencoder, not the video network"),
    ("decoder.up_blocks", "the video autoencoder with the names of diffusers, not the video network"),
    ("_cls_pred_branch", "a critic with a classifier on top, which only training needs"),
)
_FAMILY = {
    (1536, 16): "Wan2.1-T2V-1.3B",
    (5120, 16): "Wan2.1-T2V-14B, or Wan2.2-T2V-A14B",
    (5120, 36): "an image-to-video model of 14B",
    (1536, 36): "an image-to-video model of 1.3B",
    (1536, 32): "a model of 1.3B with a reference beside the video",
    (3072, 48): "Wan2.2-TI2V-5B (LongLive 2.0 is made of it)",
}
"""Model by width and latent channels of the first layer."""
_TRAINING = {"critic", "critic_lora", "fake_score", "optimizer", "generator_optimizer", "critic_optimizer"}


def what_it_is(shapes: Mapping[str, Shape], shape: NetworkShape) -> str:
    """Say what tensors with these names are, compared with a network of this shape; empty if unclear.

    Args:
        shapes: sizes by name, names without wrappers.
        shape: the network that was expected.
    """
    first = shapes.get("patch_embedding.weight", ())
    if len(first) == 5 and first[:2] != (shape.dim, shape.channels):
        return _other_size(first, shapes, shape)
    for sign, told in _SIGNS:
        if any(sign in name for name in shapes):
            return told
    layers = _layers(shapes)
    if first and layers != shape.layers:
        return f"a network of {layers} layers; expected {shape.layers}"
    return ""


def what_container(keys: AbstractSet[str]) -> str:
    """Say what a file with these entries at its top is, where no network is among them; empty if unclear."""
    if "generator_lora" in keys:
        return "a LoRA, which is no network by itself: give it together with its base"
    if keys & _TRAINING:
        return (
            f"a checkpoint of training without the generator (it has {', '.join(sorted(keys & _TRAINING))}), "
            "which cannot make videos"
        )
    return ""


def _other_size(first: Shape, shapes: Mapping[str, Shape], shape: NetworkShape) -> str:
    named = _FAMILY.get((first[0], first[1]), "a network of another size")
    told = f"{named}: width {first[0]}, {first[1]} latent channels, {_layers(shapes)} layers"
    wanted = "Wan2.1-T2V-1.3B" if shape == WAN_1_3B else "a network"
    return (
        f"{told}; expected {wanted} with width {shape.dim}, {shape.channels} channels, {shape.layers} layers"
    )


def _layers(shapes: Mapping[str, Shape]) -> int:
    numbers = {name.split(".")[1] for name in shapes if name.startswith("blocks.")}
    return len({number for number in numbers if number.isdigit()})
