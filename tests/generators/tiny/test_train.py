"""The training program: its arguments, and one complete run at the smallest scale."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch

from generators.tiny.stages import STAGES
from generators.tiny.train import main, parse
from generators.tiny.trainer import Budget
from generators.tiny.weights import STORY, load_weights


def test_all_stages_by_default_and_weights_beside_the_work(tmp_path: Path) -> None:
    stages, options = parse(["--work", str(tmp_path), "--minutes", "2"])
    assert stages == list(STAGES)
    assert stages == ["codec", "pool", "teacher", "causal", "distill", "export"]
    assert options.out == options.work == tmp_path
    assert options.budget == Budget(120, "seconds")
    assert options.codec_scenes == 160


def test_chosen_stages_keep_their_order(tmp_path: Path) -> None:
    stages, options = parse(
        ["pool", "teacher", "--work", str(tmp_path), "--steps", "7", "--out", "elsewhere"]
    )
    assert stages == ["pool", "teacher"]
    assert options.out == Path("elsewhere")
    assert options.budget == Budget(7, "steps")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either --minutes or --steps"),
        (["--minutes", "1", "--steps", "1"], "give either --minutes or --steps"),
        (["paint", "--steps", "1"], "unknown stage paint; expected codec, pool, teacher"),
        (["--steps", "0"], "--steps must be at least 1, got 0"),
        (["--steps", "1", "--batch", "-3"], "--batch must be at least 1, got -3"),
        (["--steps", "1", "--codec-scenes", "0"], "--codec-scenes must be at least 1, got 0"),
        (["--minutes", "nan"], "--minutes must be more than 0, got nan"),
        (["--minutes", "inf"], "--minutes must be more than 0, got inf"),
        (["--minutes", "0"], "--minutes must be more than 0, got 0"),
        (["--steps", "1", "--guidance", "nan"], "--guidance must be a finite number, got nan"),
        (["--steps", "1", "--seed", "-1"], "--seed must be from 0 to 2^63 - 1, got -1"),
        (["--steps", "1", "--device", "abacus"], "device must be cpu, cuda or cuda:N, got 'abacus'"),
        (["--steps", "many"], "invalid int value: 'many'"),
    ],
)
def test_faults_of_the_arguments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as stop:
        parse([*arguments, "--work", str(tmp_path / "work")])
    assert stop.value.code == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def test_faults_are_told_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit):
        parse(["paint", "--work", str(tmp_path / "file"), "--batch", "0", "--workers", "0"])
    told = capsys.readouterr().err
    for fault in ("unknown stage", "give either", "--batch", "--workers", "file is not a folder"):
        assert fault in told


@pytest.mark.parametrize(
    ("stage", "missing"), [("pool", "codec.pt"), ("teacher", "no scenes in"), ("export", "codec.json")]
)
def test_a_stage_whose_forerunner_was_not_run(tmp_path: Path, stage: str, missing: str) -> None:
    with pytest.raises(SystemExit, match=rf"{stage}: .*{missing}.*; run the stages before it first"):
        main([stage, "--work", str(tmp_path), "--steps", "1"])


def test_a_complete_run_leaves_weights_that_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work, out = tmp_path / "work", tmp_path / "out"
    small = ["--workers", "1", "--codec-scenes", "2", "--scenes", "2", "--batch", "1", "--motion-reward", "1"]
    arguments = ["--work", str(work), "--out", str(out), "--steps", "1", *small]

    main(arguments)

    model, _, _ = load_weights(out)
    assert model.text.read("A river runs.").as_used == "a river runs"
    assert all(p.isfinite().all() for p in model.parameters())
    story = json.loads((out / STORY).read_text(encoding="utf-8"))
    assert set(story) == {"codec", "teacher", "causal", "distill", "settings"}
    assert story["distill"]["steps"] == 1
    assert story["settings"]["exported_stage"] == "distill"
    assert story["settings"]["scenes"] == 2
    assert 10 < story["codec"]["psnr_worst_db"] <= story["codec"]["psnr_db"] < math.inf
    assert not list(tmp_path.rglob("*.part"))
    capsys.readouterr()

    before = {path: path.read_bytes() for path in [work / "codec.pt", *(work / "pool").iterdir()]}
    main(["codec", "pool", "teacher", *arguments])

    assert "codec: kept" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in before} == before
    assert torch.load(work / "teacher.pt", weights_only=True)["progress"]["steps"] == 1
