"""The demo's plan; that it runs is shown by `make demo`."""

from __future__ import annotations

from generators.procedural.dials import KINDS
from steadybench import demo
from steadybench.run import choose_prompts, load_methods
from steadybench.studio import Adapters


def test_every_dial_exists_and_begins_within_the_clip() -> None:
    assert set(demo.DIALS) <= set(KINDS)
    assert demo.SHAPE.seconds > demo.ONSET_S


def test_the_demo_compares_a_clean_reference_with_each_dial() -> None:
    methods = load_methods(demo.methods(), Adapters(), demo.SHAPE)

    configurations = [method.info.configuration for method in methods]
    assert configurations[0] == "clean"
    assert len(set(configurations)) == 1 + len(demo.DIALS)


def test_the_prompts_are_of_the_regimes_named() -> None:
    chosen = choose_prompts("fixed_camera", demo.prompt_ids(), None)

    assert sorted(prompt.regime for prompt in chosen.prompts) == sorted(demo.REGIMES)
