"""A tokeniser trained on a page of text, and a seeded text encoder with its published names."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import UMT5EncoderModel

from generators.wan.text import TextShape, config_of, original_names
from generators.wan.words import END, FILE, PAD

SHAPE = TextShape(vocabulary=400, dim=32, ffn_dim=48, heads=4, layers=3, buckets=8)
PAGE = (
    "A brook runs between mossy stones. Rain falls on a still lake & the fog drifts over the hills; "
    "a waterfall in the forest, 60s of it. Wind moves the grass / the reeds | the leaves. Snow settles."
)


def tokenizer(folder: Path) -> Path:
    """As the published one is built: pieces of words with a mark for the space, and an end token."""
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=200, special_tokens=[PAD, END, "<unk>"], unk_token="<unk>", show_progress=False
    )
    words = PAGE.split()
    made.train_from_iterator([" ".join(words[k:] + words[:k]) for k in range(len(words))], trainer)
    made.post_processor = processors.TemplateProcessing(f"$A {END}", None, [(END, 1)])
    folder.mkdir(parents=True, exist_ok=True)
    made.save(str(folder / FILE))
    return folder


def network(shape: TextShape = SHAPE) -> UMT5EncoderModel:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        made = UMT5EncoderModel(config_of(shape))
        for parameter in made.parameters():
            torch.nn.init.normal_(parameter, std=0.3)
    return made.eval().requires_grad_(requires_grad=False)


def save_original(path: Path, of: UMT5EncoderModel, **changes: torch.Tensor | None) -> Path:
    state = of.state_dict()
    found = {theirs: state[ours].clone() for ours, theirs in original_names(SHAPE).items()} | changes
    torch.save({name: tensor for name, tensor in found.items() if tensor is not None}, path)
    return path
