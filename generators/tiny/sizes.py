"""Sizes of the tiny backbone; plain numbers, so that planning needs no PyTorch."""

from generators.engine.shape import NetworkShape
from generators.tiny.basis import CHANNELS

TEXT_DIM = 64
"""Channels of a word's vector."""
WORDS_MAX = 96
"""Words of a prompt that are read; later ones are cut off."""
SHAPE = NetworkShape(dim=192, ffn_dim=768, heads=3, layers=6, channels=CHANNELS, text_dim=TEXT_DIM)
