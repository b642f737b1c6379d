"""The demo's plans; that they run is shown by `make demo`."""

from __future__ import annotations

import importlib.util
import webbrowser
from pathlib import Path

import pytest

from generators.procedural.dials import KINDS
from generators.registry import find, parse_spec
from prompts.types import Regime
from steadybench import demo
from steadybench.errors import InputError
from steadybench.progress import Progress
from steadybench.run import choose_prompts, load_methods
from steadybench.studio import Adapters
from tests.steadybench.test_cli import call


def test_the_demo_runs_each_method_once_in_a_configuration_that_is_listed() -> None:
    specs = [parse_spec(spec) for spec, _ in demo.METHODS.methods]

    assert len({name for name, _ in specs}) == len(specs) == 8
    assert all(configuration in (None, *find(name).configurations) for name, configuration in specs)
    assert all(options == {"backbone": "tiny"} for _, options in demo.METHODS.methods)
    assert demo.METHODS.shape.seconds == 30 and len(demo.METHODS.regimes) == 4


def test_every_dial_exists_and_begins_within_the_clip() -> None:
    assert set(demo.DIALS) <= set(KINDS)
    assert demo.RENDERED.shape.seconds > demo.ONSET_S


def test_the_rendered_demo_compares_a_clean_reference_with_each_dial() -> None:
    methods = load_methods(demo.RENDERED.methods, Adapters(), demo.RENDERED.shape)

    configurations = [method.info.configuration for method in methods]
    assert configurations[0] == "clean"
    assert len(set(configurations)) == 1 + len(demo.DIALS)


@pytest.mark.parametrize("regimes", [demo.METHODS.regimes, demo.RENDERED.regimes])
def test_the_prompts_are_of_the_regimes_named(regimes: tuple[Regime, ...]) -> None:
    chosen = choose_prompts("fixed_camera", demo.prompt_ids(regimes), None)

    assert sorted(prompt.regime for prompt in chosen.prompts) == sorted(regimes)


def test_without_its_packages_the_demo_says_what_to_install_and_what_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else there(name))

    with pytest.raises(
        InputError, match=r"needs torch: pip install 'steadybench\[engine\]'.*demo --rendered"
    ):
        demo.run_demo(demo.METHODS, tmp_path / "out", 1, [], Progress([].append))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("screen", "opened"), [(":0", True), ("", False)])
def test_a_browser_is_opened_only_where_there_is_a_screen(
    screen: str, opened: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    said: list[str] = []
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(webbrowser, "open", lambda page: bool(pages.append(page)) or True)

    demo.show_page(tmp_path / "index.html", said.append)

    assert pages == ([(tmp_path / "index.html").as_uri()] if opened else [])
    assert bool(said) is not opened


def test_the_command_says_what_it_shows() -> None:
    told = " ".join(call("demo", "--help").stdout.split())

    assert "eight methods on a small network" in told and "--rendered" in told
