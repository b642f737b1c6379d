"""The text encoder of Wan 2.1, umT5-XXL, through transformers.

It has 5.7 billion parameters, four times the video network, and is needed once a prompt. So it stays in the
file: its weights are mapped into memory, which costs no copy and can be given back, and on a GPU they pass
through one layer's part at a time. Nothing of it is on the GPU while a video is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import torch
from accelerate import cpu_offload
from torch import Tensor, nn
from transformers import UMT5Config, UMT5EncoderModel

from generators.contract import GeneratorError
from generators.engine.backbone import Text
from generators.wan.strict import put, read_weights
from generators.wan.words import Words

REMEMBERED = 16
"""Prompts whose vectors are kept, 4 MiB each."""


@dataclass(frozen=True, slots=True)
class TextShape:
    """Sizes of the encoder."""

    vocabulary: int = 256_384
    dim: int = 4096
    ffn_dim: int = 10_240
    heads: int = 64
    layers: int = 24
    buckets: int = 32
    """Distances between tokens that an attention bias is learned for, in every layer anew."""


UMT5_XXL = TextShape()

_EMBEDDING = "shared.weight"
_TIED = "encoder.embed_tokens.weight"
_WHOLE = {"token_embedding.weight": _EMBEDDING, "norm.weight": "encoder.final_layer_norm.weight"}
_IN_LAYER = {
    "norm1.weight": "0.layer_norm.weight",
    "attn.q.weight": "0.SelfAttention.q.weight",
    "attn.k.weight": "0.SelfAttention.k.weight",
    "attn.v.weight": "0.SelfAttention.v.weight",
    "attn.o.weight": "0.SelfAttention.o.weight",
    "pos_embedding.embedding.weight": "0.SelfAttention.relative_attention_bias.weight",
    "norm2.weight": "1.layer_norm.weight",
    "ffn.gate.0.weight": "1.DenseReluDense.wi_0.weight",
    "ffn.fc1.weight": "1.DenseReluDense.wi_1.weight",
    "ffn.fc2.weight": "1.DenseReluDense.wo.weight",
}


def original_names(shape: TextShape = UMT5_XXL) -> dict[str, str]:
    """Name in the original file by name in transformers."""
    layers = {
        f"encoder.block.{layer}.layer.{theirs}": f"blocks.{layer}.{ours}"
        for layer in range(shape.layers)
        for ours, theirs in _IN_LAYER.items()
    }
    return {theirs: ours for ours, theirs in _WHOLE.items()} | layers


def load_text(
    weights: Path,
    tokenizer: Path,
    device: torch.device,
    dtype: torch.dtype = torch.bfloat16,
    shape: TextShape = UMT5_XXL,
) -> WanText:
    """The text encoder; its weights are read when the first prompt is.

    Args:
        weights: the original ``models_t5_umt5-xxl-enc-bf16.pth``, or a ``text_encoder`` folder as
            transformers writes it.
        tokenizer: the folder ``google/umt5-xxl``.
        device: where it computes and where its vectors go.
        dtype: what it computes in; bfloat16 as all the published programs do.
        shape: its sizes; others are of use in tests only.

    Raises:
        GeneratorError: the weights are not there; the tokeniser is not there, damaged or another one's.
    """
    if not weights.exists():
        raise GeneratorError(f"weights missing: {weights}")
    words = Words(tokenizer)
    if words.size > shape.vocabulary:
        raise GeneratorError(
            f"{tokenizer} is another model's tokeniser: expected at most {shape.vocabulary} tokens, "
            f"got {words.size}"
        )
    return WanText(words, lambda: encoder(weights, dtype, shape), device)


def encoder(weights: Path, dtype: torch.dtype, shape: TextShape) -> UMT5EncoderModel:
    """The encoder on the CPU, its weights mapped from the file where the file has them in ``dtype``.

    Raises:
        GeneratorError: missing, damaged, or the weights of another network.
    """
    tensors = read_weights(weights)
    names = original_names(shape)
    if names[_EMBEDDING] in tensors:
        theirs = {ours: name for name, ours in names.items()}
        tensors = {theirs.get(name, name): tensor for name, tensor in tensors.items()}
    tensors.setdefault(_TIED, tensors.get(_EMBEDDING, torch.empty(0)))
    with torch.device("meta"):
        network = UMT5EncoderModel(config_of(shape))
    put({name: tensor.to(dtype) for name, tensor in tensors.items()}, network, weights)
    return network


def config_of(shape: TextShape) -> UMT5Config:
    """The encoder in the words of transformers."""
    return UMT5Config(
        vocab_size=shape.vocabulary,
        d_model=shape.dim,
        d_kv=shape.dim // shape.heads,
        d_ff=shape.ffn_dim,
        num_layers=shape.layers,
        num_heads=shape.heads,
        relative_attention_num_buckets=shape.buckets,
        relative_attention_max_distance=128,
        layer_norm_epsilon=1e-6,
        feed_forward_proj="gated-gelu",
        pad_token_id=0,
        eos_token_id=1,
    )


class WanText:
    """Reads prompts.

    Args:
        words: the tokeniser.
        load: makes the encoder; called once, for the first prompt.
        device: where it computes and where its vectors go.
    """

    def __init__(self, words: Words, load: Callable[[], UMT5EncoderModel], device: torch.device) -> None:
        self.device = device
        self._words, self._load = words, load
        self.read = lru_cache(REMEMBERED)(self._read)
        """A prompt as the network reads it: (512, dim), zero past the prompt, and its words."""

    @cached_property
    def network(self) -> UMT5EncoderModel:
        """The encoder. On a GPU only its layers visit the device; vectors of tokens are looked up before."""
        network = self._load()
        if self.device.type != "cpu":
            lend(network, self.device)
        return network

    def _read(self, prompt: str) -> Text:
        tokens = self._words.read(prompt)
        with torch.inference_mode():
            vectors = self._encode(torch.tensor(tokens.ids), tokens.count)
        return Text(vectors, tokens.as_used)

    def _encode(self, ids: Tensor, count: int) -> Tensor:
        embedded = self.network.get_input_embeddings()(ids)[None].to(self.device)
        mask = (torch.arange(len(ids), device=self.device) < count)[None]
        found = self.network(inputs_embeds=embedded, attention_mask=mask.long())
        vectors: Tensor = found.last_hidden_state[0]
        return vectors * mask[0, :, None]


def lend(network: UMT5EncoderModel, device: torch.device) -> None:
    """Have every layer bring its weights to the device when it is called and take them away afterwards."""
    parts: tuple[nn.Module, ...] = (network.encoder.block, network.encoder.final_layer_norm)
    for part in parts:
        cpu_offload(part, device)
