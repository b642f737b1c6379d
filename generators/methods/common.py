"""The configuration ``common``: every method's weights under one memory rule.

A benchmark of all methods in one table once ran every set of weights with blocks of six frames, four
steps (1000, 750, 500, 250 at shift 5) and seed 0 (minar09/SNF-Bench, ``configs/common_t2v.yaml``). It
does not record window, sinks, averaging or flushes. Those four are *inferred*: block size, shift and step
list occur together in one released file only, Steady-Forcing's ``configs/steady_forcing_infer.yaml``, so
its rule is taken.

A row in ``common`` compares weights, not methods: the methods' own memory rules are absent from it.
"""

from __future__ import annotations

from generators.engine.purify import PurifyingWindow
from generators.engine.recipe import Recipe
from generators.engine.steps import warped

COMMON = Recipe(
    PurifyingWindow(
        block=6,
        window=18,
        sinks=("anchor", "memory", "memory"),
        keep=0.99,
        every=21,
        newest=5,
        positions="pinned",
        denoising=warped((1000, 750, 500, 250), shift=5),
    ),
    note="One memory rule for all methods, Steady-Forcing's; window, sinks, averaging and flushes are "
    "inferred, not recorded. It compares weights, not methods: on a backbone with one set of weights the "
    "common rows of all methods are the same video.",
)
