"""The commands that look after published checkpoints, with a hub on this machine."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from types import MappingProxyType

import pytest
from click.testing import CliRunner, Result

from generators.wan import table as checkpoint_table
from metrics.weights import table
from steadybench.cli import cli
from steadybench.errors import INCOMPLETE, OK, InputError
from steadybench.progress import Progress
from steadybench.weights import get
from tests.generators.wan.hub import Hub, hub, models
from tests.metrics.weights.made import entry_of

__all__ = ["hub", "models"]  # fixtures

BODY = b"PK\x03\x04" + b"network" * 100 + b"PK\x05\x06" + bytes(18)
LORA = b"PK\x03\x04" + b"adapter" * 100 + b"PK\x05\x06" + bytes(18)


@pytest.fixture(autouse=True)
def small(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One entry of weights in the table beside the real checkpoints, in a folder of its own."""
    monkeypatch.setenv("STEADYBENCH_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    entry = entry_of(b"a", name="a", file="a.pth", sources=("http://127.0.0.1:1/a.pth",))
    monkeypatch.setattr("metrics.weights.fetch.WAITS_S", ())
    monkeypatch.setattr(table, "entries", lambda: MappingProxyType({"a": entry}))


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["weights", *arguments], standalone_mode=False)


def test_the_list_has_every_checkpoint_and_reads_no_file(models: Path) -> None:
    row = checkpoint_table.checkpoint("self-forcing")
    path = models / row.repo / row.file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"unchecked")
    done = call("list")
    assert done.return_value == OK
    told = done.output.partition("Checkpoints of the published methods")[2]
    assert f"Folder: {models}" in told
    for name, one in checkpoint_table.published().items():
        assert f"\n{name} " in told
        assert one.title in told and one.repo in told and one.file in told
    assert "here           5.7 GB  gdhe17/Self-Forcing checkpoints/self_forcing_dmd.pt" in told
    assert "missing  size unknown  JaydenLu666/Reward-Forcing-T2V-1.3B rewardforcing.pt" in told
    assert "run by longlive:engine-native, longlive:infinity" in told
    assert "licence not stated" in told and "wan-base" in told
    assert not (models / "digests.json").exists()


def test_a_checkpoint_comes_by_its_name_only(hub: Hub, models: Path) -> None:
    hub.put("Efficient-Large-Model/LongLive-1.3B", "models/longlive_base.pt", BODY)
    hub.put("Efficient-Large-Model/LongLive-1.3B", "models/lora.pt", LORA)
    assert call("fetch").return_value == INCOMPLETE  # a.pth, from a server that is not there
    assert hub.asked == []
    lines: list[str] = []
    assert get(["longlive"], Progress(lines.append)) == OK
    assert lines[0] == "longlive: licence of the weights: CC-BY-NC-SA-4.0"
    assert any(line.startswith("Warning: longlive: ") for line in lines)  # these are not the real bytes
    folder = models / "Efficient-Large-Model/LongLive-1.3B/models"
    assert (folder / "longlive_base.pt").read_bytes() == BODY
    assert (folder / "lora.pt").read_bytes() == LORA


def test_verify_reads_what_is_here_again(hub: Hub, models: Path) -> None:
    (models.parent / "weights").mkdir()
    (models.parent / "weights/a.pth").write_bytes(b"a")
    row = checkpoint_table.checkpoint("reward-forcing")
    hub.put(row.repo, row.file, BODY)
    assert get(["reward-forcing"], Progress(print)) == OK
    done = call("verify")
    assert done.return_value == OK
    digest = hashlib.sha256(BODY).hexdigest()
    assert f"reward-forcing                 good     {digest}" in done.output
    assert "files of checkpoints are not here" in done.output
    path = models / row.repo / row.file
    times = path.stat()
    path.write_bytes(BODY.replace(b"network", b"damaged"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # as a disk that rots
    done = call("verify")
    assert done.return_value == INCOMPLETE
    assert "reward-forcing                 wrong" in done.output


def test_faults_are_told_together_at_the_end(hub: Hub, models: Path) -> None:
    lines: list[str] = []
    assert get(["reward-forcing", "steady-forcing"], Progress(lines.append)) == INCOMPLETE
    assert [line.split(":")[:2] for line in lines[-2:]] == [
        ["Failed", " reward-forcing"],
        ["Failed", " steady-forcing"],
    ]


def test_offline_says_where_the_file_would_go(
    hub: Hub, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEADYBENCH_OFFLINE", "1")
    lines: list[str] = []
    assert get(["reward-forcing"], Progress(lines.append)) == INCOMPLETE
    assert str(models / "JaydenLu666/Reward-Forcing-T2V-1.3B/rewardforcing.pt") in lines[-1]
    assert hub.asked == []


def test_an_unknown_name_is_refused_before_anything(hub: Hub) -> None:
    with pytest.raises(
        InputError, match=r"No weights are called vgg; there are: a, steady-forcing, .*, wan-base\."
    ):
        get(["self-forcing", "vgg"], Progress(print))
    assert hub.asked == []


def test_a_checkpoint_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    lines: list[str] = []
    assert get(["self-forcing"], Progress(lines.append)) == INCOMPLETE
    assert lines[-1].endswith("run: pip install 'steadybench[wan]'")


@pytest.mark.parametrize(("body", "fault"), [(BODY, "is not LongLive"), (BODY[:-30], "is half-downloaded")])
def test_files_of_two_checkpoints_are_verified_once(models: Path, body: bytes, fault: str) -> None:
    row = checkpoint_table.checkpoint("longlive")
    path = models / row.repo / row.file
    path.parent.mkdir(parents=True)
    path.write_bytes(body)
    told = call("verify").output
    assert told.count(str(path)) == 1
    assert f"{path} {fault}" in told
