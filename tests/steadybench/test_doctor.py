"""``steadybench doctor``: what it finds on machines of every kind, and that nothing breaks it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from generators import native
from generators.contract import GeneratorError
from generators.wan import files, table
from metrics.weights import store
from metrics.weights import table as panels
from steadybench.cli import cli
from steadybench.doctor import examine as examination
from steadybench.doctor import folders, graphics, packages, rows, video, weights
from steadybench.doctor.examine import GROUPS, examine, exit_code, facts, lines
from steadybench.doctor.finding import Asked, Finding
from steadybench.doctor.graphics import Gpu, Torch
from steadybench.errors import INCOMPLETE, OK, InputError
from steadybench.outlook.driver import Driver, ask_driver
from steadybench.outlook.outlook import look_ahead
from steadybench.outlook.rows import Wish
from steadybench.plan import Format
from steadybench.run import choose_prompts
from steadybench.studio import Adapters
from tests.metrics.weights.made import entry_of

ROOT = Path(__file__).parents[2]
GIB = 2**30
NOTHING = Asked()
WAN = {"backbone": "wan2.1-1.3b"}
ON_GPU = {**WAN, "device": "cuda"}
H200 = Gpu("NVIDIA H200", 140 * GIB, 139 * GIB, "")
DRIVER = Driver("580.95.05", ("NVIDIA H200",))


@pytest.fixture(autouse=True)
def _bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with the packages of this one, and no weights, settings, GPU or rules about the network."""
    monkeypatch.setenv("STEADYBENCH_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("STEADYBENCH_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("STEADYBENCH_NATIVE", str(tmp_path / "native.toml"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    for name in files.OFFLINE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    machine(monkeypatch, Torch("2.15.0", "13.2", (), ""), None)
    store.forget()


def machine(monkeypatch: pytest.MonkeyPatch, torch: Torch | None, driver: Driver | None) -> None:
    monkeypatch.setattr(graphics, "ask_torch", lambda: torch)
    monkeypatch.setattr(graphics, "ask_driver", lambda: driver)


def asked(*specs: str, options: Mapping[str, str] = MappingProxyType({}), out: Path | None = None) -> Asked:
    methods = tuple((spec, dict(options)) for spec in specs)
    prompts = choose_prompts("fixed_camera", None, 1).prompts
    return Asked((), methods, out, Wish(methods, prompts, (0,), Format(60.0), out or Path()))


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", *arguments], standalone_mode=False)


def only(found: Iterator[Finding], subject: str) -> Finding:
    (item,) = [item for item in found if item.subject == subject]
    return item


# ---- the command


def test_a_healthy_machine_without_a_gpu_is_told_so() -> None:
    done = call("--json")
    assert done.exception is None
    told: dict[str, Any] = json.loads(done.stdout)
    assert (done.return_value, told["schema"], told["exit_code"]) == (OK, 1, OK)
    assert told["counts"]["fault"] == 0
    assert {row["group"] for row in told["findings"]} == set(GROUPS)
    assert {"group", "status", "subject", "told", "fix"} == set(told["findings"][0])
    found = {row["subject"]: row for row in told["findings"]}
    assert found["tiny backbone"]["told"] == "self-forcing made 8 frames"
    assert found["GPU memory"]["status"] == "skipped"
    assert found["checkpoints"]["told"].startswith("0 of ")


def test_rows_are_judged_by_their_needs(tmp_path: Path) -> None:
    done = call("--methods", "self-forcing:long", "--option", "backbone=wan2.1-1.3b", "--out", str(tmp_path))
    assert done.return_value == INCOMPLETE
    text = " ".join(done.stdout.split())
    assert "fault checkpoint wan-base: 6 files of Wan-AI/Wan2.1-T2V-1.3B missing" in text
    assert "-> steadybench weights fetch self-forcing" in text
    assert "for 108 clips, and 84 MB a worker" in text
    assert "tiny backbone" not in text


def test_names_that_are_no_methods_are_wrong_usage() -> None:
    error = call("--methods", "self-forcin").exception
    assert isinstance(error, InputError)
    assert "did you mean self-forcing" in str(error)


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on() -> None:
    def breaks(_: Asked) -> Iterator[Finding]:
        yield Finding("ok", "first", "fine")
        raise ZeroDivisionError("oops\nsecond line")

    def leaves(_: Asked) -> Iterator[Finding]:
        raise SystemExit(3)

    found = examine(NOTHING, {"a": breaks, "b": leaves, "c": lambda _: [Finding("skipped", "s", "t")]})
    assert [item.status for item in found["a"]] == ["ok", "fault"]
    assert "ZeroDivisionError: oops\\nsecond line" in found["a"][1].told
    assert found["b"][0].status == "fault"
    assert found["c"][0].status == "skipped"
    assert exit_code(found) == INCOMPLETE


def test_warnings_are_no_faults() -> None:
    found = {"a": [Finding("warning", "s", "t", "f"), Finding("skipped", "s", "t")]}
    assert exit_code(found) == OK
    assert facts(found)["counts"] == {"ok": 0, "warning": 1, "fault": 0, "skipped": 1}
    assert list(lines(found)) == [
        "a",
        "  warning  s: t",
        f"{'':<11}-> f",
        "  skipped  s: t",
        "",
        "1 warning, 1 skipped",
    ]


def test_long_texts_are_broken_and_fixes_are_not() -> None:
    found = {"a": [Finding("fault", "subject", "word " * 60, "command " * 60)]}
    told = list(lines(found))
    assert all(len(line) < 110 for line in told if "->" not in line)
    assert sum("->" in line for line in told) == 1


@pytest.mark.parametrize("package", ["numpy", "av"])
def test_a_package_that_cannot_be_imported_breaks_only_what_needs_it(package: str) -> None:
    code = (
        f"import sys\nsys.modules[{package!r}] = None\nfrom steadybench.cli import cli\n"
        "sys.exit(cli.main(['doctor', '--json'], standalone_mode=False))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (INCOMPLETE, "")
    told = json.loads(done.stdout)
    faults = [row for row in told["findings"] if row["status"] == "fault"]
    assert faults
    assert all(package in row["told"] and "force-reinstall steadybench" in row["fix"] for row in faults)
    assert told["counts"]["ok"] >= 3


def test_without_the_cores_own_packages_nothing_else_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_version", lambda name: "" if name == "numpy" else "99")
    done = call("--methods", "causvid", "--json")
    assert done.return_value == INCOMPLETE
    told = json.loads(done.stdout)
    assert {row["group"] for row in told["findings"]} == {"Python and packages"}
    assert told["findings"][1]["fix"] == "pip install --upgrade steadybench"


# ---- packages


def test_requirements_are_those_of_the_project() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert list(packages.NEEDED) == told["dependencies"]
    for name, wanted in packages.EXTRAS.items():
        assert list(wanted) == told["optional-dependencies"][name]


def test_missing_old_and_new_packages_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    have = {"av": "19.0.1", "torch": "2.10.1+cu126", "safetensors": "0.3.9"}
    monkeypatch.setattr(packages, "_version", lambda name: have.get(name, ""))
    assert packages.faults_of(["av>=15,<19", "torch>=2.4", "safetensors>=0.4", "click>=8.1"]) == [
        "av is 19.0.1, expected >=15,<19",
        "safetensors is 0.3.9, expected >=0.4",
        "click is missing",
    ]


def test_an_extra_that_nobody_needs_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_version", lambda name: "")
    found = list(packages.check(NOTHING))
    assert only(iter(found), "steadybench").status == "fault"
    assert only(iter(found), "extra [wan]").status == "skipped"
    assert only(iter(found), "extra [wan]").fix == "pip install --upgrade 'steadybench[wan]'"
    needed = packages.check(asked("causvid", options=WAN))
    assert {item.subject: item.status for item in needed if "extra" in item.subject} == {
        "extra [engine]": "fault", "extra [wan]": "fault", "extra [panels]": "skipped",
        "extra [figures]": "skipped", "extra [study]": "skipped",
    }  # fmt: skip


def test_an_old_package_of_an_extra_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_version", lambda name: "0.1")
    assert only(packages.check(NOTHING), "extra [panels]").status == "warning"


def test_an_old_python_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "sys", SimpleNamespace(version_info=(3, 10, 2), executable="p"))
    assert only(packages.check(NOTHING), "Python") == Finding(
        "fault", "Python", "3.10.2, expected 3.11 or newer", "install Python 3.11"
    )


# ---- GPU


PLAIN, CUDA_12 = Torch("2.8.0+cpu", None, (), ""), Torch("2.8.0", "12.8", (), "")
OLD, OLDER = replace(DRIVER, version="570.0"), replace(DRIVER, version="470.82.01")
PAIRS: list[tuple[Torch | None, Driver | None, str, str, str]] = [
    (None, None, "skipped", "fault", "no PyTorch; no NVIDIA driver"),
    (Torch("", None, (), "libcudart.so: no such file"), DRIVER, "fault", "fault", "be loaded: libcudart.so"),
    (PLAIN, None, "ok", "fault", "2.8.0+cpu"),
    (PLAIN, DRIVER, "warning", "fault", "is built without CUDA; driver 580.95.05"),
    (CUDA_12, OLDER, "warning", "fault", "driver 470.82.01 is too old, it takes 525.60 or newer"),
    (Torch("2.15.0", "13.2", (), "x"), OLD, "warning", "fault", "580.65 or newer"),
    (replace(CUDA_12, error="CUDA unknown error"), DRIVER, "warning", "fault", ".05: CUDA unknown error"),
    (replace(CUDA_12, gpus=(H200,)), DRIVER, "ok", "ok", "for CUDA 12.8; driver 580.95.05 with NVIDIA H200"),
]


@pytest.mark.parametrize(("torch", "driver", "idle", "wanted", "told"), PAIRS)
def test_pytorch_and_driver_must_go_together(
    torch: Torch | None,
    driver: Driver | None,
    idle: str,
    wanted: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine(monkeypatch, torch, driver)
    found = only(graphics.check(NOTHING), "PyTorch and driver")
    assert found.status == idle
    assert told in found.told
    assert bool(found.fix) == (idle != "ok")
    assert only(graphics.check(asked("causvid", options=ON_GPU)), "PyTorch and driver").status == wanted


def test_a_gpu_that_cannot_compute_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(H200, error="no kernel image is available for execution on the device")
    machine(monkeypatch, Torch("2.8.0", "12.8", (broken,), ""), DRIVER)
    assert only(graphics.check(NOTHING), "GPU 0").status == "warning"
    found = only(graphics.check(asked("causvid", options=ON_GPU)), "GPU 0")
    assert found.status == "fault"
    assert "140.0 GiB, 139.0 GiB of it free: no kernel image" in found.told


@pytest.mark.parametrize(
    ("gib", "free", "options", "status", "told"),
    [
        (140, 139, ON_GPU, "ok", "fits on NVIDIA H200: it needs about"),
        (140, 9, ON_GPU, "warning", "9.0 GiB of NVIDIA H200 are free; it needs about"),
        (8, 8, ON_GPU, "fault", "NVIDIA H200 has 8.0 GiB; it needs about"),
        (8, 8, WAN, "warning", "NVIDIA H200 has 8.0 GiB"),
        (None, None, ON_GPU, "skipped", "no GPU to hold it against; it needs about"),
    ],
)
def test_rows_are_held_against_the_card(
    gib: int | None, free: int | None, options: Mapping[str, str], status: str, told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    cards = () if gib is None or free is None else (Gpu("NVIDIA H200", gib * GIB, free * GIB, ""),)
    machine(monkeypatch, Torch("2.8.0", "12.8", cards, ""), DRIVER)
    found = only(graphics.check(asked("longlive", options=options)), "memory of longlive")
    assert found.status == status
    assert told in found.told
    if status in {"fault", "skipped"}:
        assert found.fix == "the smallest size of card that holds it is 24 GiB, such as RTX 3090"


def test_without_rows_all_methods_are_held_against_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, Torch("2.8.0", "12.8", (H200,), ""), DRIVER)
    assert "all 8 methods fit" in only(graphics.check(NOTHING), "GPU memory").told
    machine(monkeypatch, Torch("2.8.0", "12.8", (replace(H200, total=12 * GIB),), ""), DRIVER)
    found = only(graphics.check(NOTHING), "GPU memory")
    assert found.status == "warning"
    assert "rolling-forcing" in found.told and "infinite-forcing" not in found.told


def test_a_second_gpu_is_the_one_that_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Gpu("small", 8 * GIB, 8 * GIB, "")
    machine(monkeypatch, Torch("2.8.0", "12.8", (H200, small), ""), DRIVER)
    options = {**WAN, "device": "cuda:1"}
    assert only(graphics.check(asked("longlive", options=options)), "memory of longlive").told.startswith(
        "small has"
    )


def test_pytorch_is_asked_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    graphics.ask_torch.cache_clear()
    found = graphics.ask_torch()
    graphics.ask_torch.cache_clear()
    assert found is not None
    assert found.version == version("torch") or found.version.startswith(f"{version('torch')}+")
    assert found.gpus == ()


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("raise SystemExit('libcudart.so.12: cannot open')", "libcudart.so.12: cannot open"),
        ("import os; os._exit(9)", "its process ended with status 9"),
        ("print('no json')", "its process ended with status 0"),
        ("import time; time.sleep(60)", "it gave no answer within 0.5 s"),
    ],
)
def test_whatever_pytorch_does_when_it_is_asked_is_told(
    program: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    whole = subprocess.run

    def instead(_command: object, **how: Any) -> subprocess.CompletedProcess[str]:
        return whole([sys.executable, "-c", program], **how)

    graphics.ask_torch.cache_clear()
    monkeypatch.setattr(graphics, "WAIT_S", 0.5)
    monkeypatch.setattr(subprocess, "run", instead)
    found = graphics.ask_torch()
    graphics.ask_torch.cache_clear()
    assert found == Torch("", None, (), told)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "echo '580.95.05, NVIDIA H200'; echo '580.95.05, NVIDIA L4'",
            Driver("580.95.05", ("NVIDIA H200", "NVIDIA L4")),
        ),
        ("echo 'NVIDIA-SMI has failed'; exit 9", None),
        ("exit 0", None),
    ],
)
def test_the_driver_is_asked_through_its_own_program(
    script: str, expected: Driver | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    ask_driver.cache_clear()
    found = ask_driver()
    ask_driver.cache_clear()
    assert found == expected


# ---- video


def test_encoder_and_decoder_are_really_tried() -> None:
    (found,) = video.check(NOTHING)
    assert found.status == "ok"
    assert "12 frames of H.264 written and read back" in found.told


def test_a_decoder_that_loses_spoils_or_varies_is_found() -> None:
    given = video.pattern()
    assert video.differences(given, given, given) == []
    assert video.differences(given, given[:-1], given[:-1]) == ["11 frames of 96x64 came back, expected 12"]
    assert video.differences(given, given, given[::-1]) == ["decoding twice gives two results"]
    dark = (given * 0.9).astype(np.uint8)
    assert "pictures differ by" in video.differences(given, dark, dark)[0]


# ---- folders


def test_folders_are_tried(tmp_path: Path) -> None:
    assert folders.writable("f", tmp_path, needed=True).status == "ok"
    assert "made when it is needed" in folders.writable("f", tmp_path / "a" / "b", needed=True).told
    assert not (tmp_path / "a").exists()
    (tmp_path / "file").write_text("x")
    found = folders.writable("f", tmp_path / "file" / "a", needed=True)
    assert (found.status, "is no folder" in found.told) == ("fault", True)
    assert folders.writable("f", tmp_path / "file" / "a", needed=False).status == "warning"
    assert folders.writable("f", Path("/proc/nothing/here"), needed=True).status == "fault"


def test_a_folder_of_models_that_is_only_read_is_a_fault_where_something_is_to_be_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(folders, "models_folder", lambda: Path("/proc/nothing/here"))
    asked = Asked(methods=(("self-forcing:long", {"backbone": "wan2.1-1.3b"}),))
    monkeypatch.setattr(folders, "_room_for_models", lambda _asked: Finding("ok", "room", ""))

    def status() -> str:
        return next(item.status for item in folders.check(asked) if item.subject == "models folder")

    assert status() == "fault"
    monkeypatch.setattr(folders.fetch, "missing", lambda _methods: [])
    assert status() == "warning"


@pytest.mark.parametrize(("free", "status"), [(10**12, "ok"), (50_000_000, "warning"), (1000, "fault")])
def test_the_disk_is_held_against_the_plan(
    free: int, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steadybench.outlook.outlook.free_bytes", lambda _: free)
    want = asked("procedural:clean", out=tmp_path)
    assert want.wish is not None
    assert look_ahead("", want.wish, want.studio).free == free
    found = only(folders.check(want), "disk for the plan")
    assert found.status == status
    assert "12 MB to 84 MB for 1 clip" in found.told


def test_without_methods_nothing_is_planned(tmp_path: Path) -> None:
    assert only(folders.check(Asked(out=tmp_path)), "disk for the plan").status == "skipped"


@pytest.mark.parametrize(("free", "status"), [(10**12, "ok"), (10**9, "fault")])
def test_the_disk_is_held_against_what_is_to_be_fetched(
    free: int, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "free_bytes", lambda _: free)
    found = only(folders.check(asked("causvid", options=WAN)), "disk for models")
    assert found.status == status
    assert "GB to fetch" in found.told


def test_the_offline_switch_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(folders.check(NOTHING), "network").told.startswith("allowed")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert (
        only(folders.check(NOTHING), "network").told == "forbidden by HF_HUB_OFFLINE: nothing is downloaded"
    )


# ---- weights


def test_weights_of_panels_are_verified_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [entry_of(name.encode() * 9, name=name, file=f"{name}.pth") for name in ("a", "b", "c")]
    monkeypatch.setattr(panels, "entries", lambda: MappingProxyType({row.name: row for row in entries}))
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "a.pth").write_bytes(b"a" * 9)
    (folder / "b.pth").write_bytes(b"damaged")
    found = list(weights.check(NOTHING))
    assert only(iter(found), "weights a").status == "ok"
    bad = only(iter(found), "weights b")
    assert (bad.status, bad.fix) == ("fault", f"remove {folder / 'b.pth'}, then: steadybench weights fetch b")
    absent = only(iter(found), "weights of panels")
    assert (absent.status, absent.told) == ("skipped", "1 of 3 files are not here: c")


def test_published_files_are_verified_for_the_rows_that_need_them() -> None:
    vae = table.base().vae
    place = files.target(vae)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"half a file")
    found = list(weights.check(asked("causvid", options=WAN)))
    bad = only(iter(found), f"{vae.repo}/{vae.path}")
    assert bad.status == "fault"
    assert bad.fix == f"remove {place}, then: steadybench weights fetch wan-base"
    absent = only(iter(found), "checkpoint wan-base")
    assert f"{len(table.base().files) - 1} files of Wan-AI/Wan2.1-T2V-1.3B missing" in absent.told
    assert only(iter(found), "checkpoint causvid").fix == "steadybench weights fetch causvid"


@pytest.mark.parametrize(
    ("condition", "status"), [("good", "ok"), ("unknown", "warning"), ("wrong", "fault")]
)
def test_every_condition_of_a_file_has_its_finding(
    condition: files.Condition, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(file: table.HubFile) -> files.Found:
        return files.Found(file.name, condition, tmp_path / "x", "0" * 64, "told so")

    monkeypatch.setattr(files, "find", find)
    found = [item for item in weights.check(asked("causvid", options=WAN)) if "/" in item.subject]
    assert len(found) == len(table.base().files) + 1
    assert {item.status for item in found} == {status}


# ---- methods


def test_a_row_that_is_ready_says_so() -> None:
    (found,) = rows.check(asked("procedural:clean"))
    assert (found.status, found.subject) == ("ok", "procedural:clean")


def test_a_row_that_waits_for_weights_or_is_too_long_says_so() -> None:
    (waits,) = rows.check(asked("causvid", options=WAN))
    assert waits.status == "skipped"
    (capped,) = rows.check(asked("self-forcing"))
    assert capped.status == "fault"
    assert "the longest clip is 5 s" in capped.told
    (wrong,) = rows.check(asked("causvid", options={"nois": "1"}))
    assert (wrong.status, "unknown option" in wrong.told) == ("fault", True)


def test_an_authors_program_is_judged_by_its_own_inspection(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = rows.check(asked("longlive:native"))
    assert (found.status, found.subject) == ("fault", "longlive:native: settings")
    seen = [
        native.Finding("ok", "files", "all"),
        native.Finding("warning", "revision", "other", "git checkout"),
    ]
    monkeypatch.setattr(native, "inspect", lambda *_: seen)

    def refuse(*_: object) -> None:
        raise GeneratorError("the environment lacks flash_attn")

    monkeypatch.setattr(Adapters, "load", refuse)
    statuses = [(item.status, item.fix) for item in rows.check(asked("longlive:native"))]
    assert statuses[:2] == [("ok", ""), ("warning", "git checkout")]
    assert statuses[2][0] == "fault"


def test_settings_of_the_authors_programs_are_read(tmp_path: Path) -> None:
    file = tmp_path / "native.toml"
    assert rows._native_settings().status == "skipped"
    file.write_text("nonsense = [")
    assert rows._native_settings().status == "warning"
    file.write_text("")
    assert rows._native_settings().told.endswith("no method")


class Broken(Adapters):
    def load(self, spec: str, options: Mapping[str, str]) -> Any:
        raise GeneratorError("weights of the tiny backbone are damaged")


def test_a_tiny_backbone_that_does_not_run_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rows.try_clip(Broken()).fault == "weights of the tiny backbone are damaged"
    assert rows.try_clip(Adapters()) == rows.Tried(8)
    monkeypatch.setattr(rows, "faults_of", lambda _: ["torch is missing"])
    found = rows._tiny(Adapters())
    assert (found.status, found.fix) == ("skipped", "pip install 'steadybench[engine]'")


def test_every_group_is_looked_at() -> None:
    assert list(examination.GROUPS) == [
        "Python and packages", "GPU", "Video", "Folders, disks and network", "Weights", "Methods",
    ]  # fmt: skip
