"""The line that makes and measures one clip again."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from steadybench.entries import Entry
from steadybench.repeat import command

SETTINGS: dict[str, Any] = {
    "flow": "dis", "raft_weights": None, "device": "cpu", "panel_flow": "auto",
    "measurements": ["premise", "drift", "stagnation", "hardening"],
}  # fmt: skip
MADE = Entry(
    "name", path="clips/abc.mp4", method="self-forcing", configuration="long", backbone="tiny",
    prompt_id="old-canal", prompt="A river.", seed=7, horizon_s=30.0,
)  # fmt: skip


def run(**changes: Any) -> dict[str, Any]:
    told = {"spec": "self-forcing:long", "options": {"backbone": "tiny"}}
    body = {"settings": SETTINGS, "asked": {"suite": "fixed_camera"}}
    return {**body, "methods": {"self-forcing:long (tiny backbone)": told}, **changes}


def test_a_made_clip_is_asked_for_alone() -> None:
    assert command(MADE, run()) == (
        "steadybench run --methods self-forcing:long --option backbone=tiny --suite fixed_camera "
        "--prompts old-canal --seeds 7 --horizon 30 --out one-clip"
    )


def test_format_plugins_and_measurement_are_told_where_they_were_asked_for() -> None:
    asked = {"suite": "my suite.yaml", "size": [832, 480], "fps": 12.5, "plugins": ["a b.py"]}
    settings = {**SETTINGS, "flow": "raft", "raft_weights": "raft.pth", "device": "cuda",
                "panel_flow": "raft", "measurements": [*SETTINGS["measurements"], "vbench", "lpips"]}

    words = shlex.split(command(MADE, run(asked=asked, settings=settings)))

    told = dict(zip(words[2::2], words[3::2], strict=True))
    assert told["--suite"] == "my suite.yaml"
    assert told["--plugin"] == "a b.py"
    assert (told["--size"], told["--fps"]) == ("832x480", "12.5")
    assert (told["--flow"], told["--raft-weights"]) == ("raft", "raft.pth")
    assert (told["--panels"], told["--panel-flow"], told["--device"]) == ("vbench,lpips", "raft", "cuda")


def test_a_given_file_is_only_measured_with_its_manifest() -> None:
    given = Entry("a", path="/clips/it's $HOME; rm.mp4", method="self-forcing")
    asked = {"settings": SETTINGS, "asked": {"manifest": "clips.csv"}}

    assert shlex.split(command(given, asked)) == [
        "steadybench", "score", "/clips/it's $HOME; rm.mp4", "--manifest", "clips.csv", "--out", "one-clip",
    ]  # fmt: skip
    assert "--manifest" not in command(given, {"settings": SETTINGS})


@pytest.mark.parametrize("known", [
    {}, {"settings": 3}, run(asked={}), run(methods={}),
    run(methods={"self-forcing:long (tiny backbone)": 1}),
])
def test_a_run_that_does_not_tell_enough_has_no_line(known: dict[str, Any]) -> None:
    assert command(MADE, known) == ""
