"""What the doctor is told of a row, and that a run is refused for the same faults."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import generators.native as native
from generators.contract import GeneratorError, Job
from generators.native.adapter import NativeWarning
from generators.native.catalogue import find
from generators.native.finding import Finding
from generators.native.settings import MethodSettings, Settings
from tests.generators.native.conftest import MakeLab
from tests.generators.native.fakes import Lab, commit, wrapper, write, write_toml


def look(
    lab: Lab, settings: MethodSettings | None = None, configuration: str = "native"
) -> dict[str, Finding]:
    """Findings by subject, the worst of each."""
    order = ("ok", "warning", "fault")
    own = Settings(Path("native.toml"), {lab.method: settings or lab.settings})
    found = sorted(native.inspect(lab.method, configuration, own), key=lambda item: order.index(item.status))
    return {item.subject: item for item in found}


def with_env(lab: Lab, **env: str) -> MethodSettings:
    return replace(lab.settings, env={**lab.settings.env, **env})


ROWS = [(method, name) for method in native.methods() for name in native.configurations(method)]


@pytest.mark.parametrize(("method", "configuration"), ROWS)
def test_a_whole_lab_has_no_fault(lab: MakeLab, method: str, configuration: str) -> None:
    found = look(lab(method, configuration), configuration=configuration)
    assert {item.subject for item in found.values() if item.status == "fault"} == set()
    expected = {
        "files",
        "code",
        "checkpoint",
        "base files",
        "Python",
        "modules",
        "flash-attn",
        "torch",
        "GPU",
    }
    assert expected <= found.keys()
    assert all(item.fix for item in found.values() if item.status == "warning" and item.subject != "Python")


def test_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEADYBENCH_NATIVE", str(tmp_path / "none.toml"))
    (only,) = native.inspect("causvid", "native")
    assert (only.status, only.subject) == ("fault", "settings")


def test_no_checkout(lab: MakeLab) -> None:
    here = lab("causal-forcing")
    found = look(here, replace(here.settings, checkout=Path("/no/such")))
    assert found["checkout"].told == "/no/such/long_video is not a folder"
    assert found["checkout"].fix == "git clone -b main https://github.com/thu-ml/Causal-Forcing there"
    assert len(found) == 1


Spoil = Callable[[Lab], None]


def _unlink(name: str) -> Spoil:
    return lambda lab: (lab.checkout / name).unlink()


def _write(name: str, text: str) -> Spoil:
    return lambda lab: write(lab.checkout / name, text)


CKPT = "ckpt/Steady-Forcing-T2V-1.3B/steady_forcing_t2v.pt"
FAULTS: list[tuple[str, Spoil, str, str, str]] = [
    (
        "steady-forcing",
        _unlink("configs/steady_forcing_infer.yaml"),
        "files",
        r"missing: configs/steady_forcing_infer\.yaml",
        "github.com/minar09/steady-forcing, the rest from yesiltepe-hidir/infinity-rope",
    ),
    (
        "steady-forcing",
        _write("wan/modules/causal_model.py", "class CausalWanModel: ..."),
        "files",
        r"not of minar09/steady-forcing: wan/modules/causal_model\.py",
        "copy the files",
    ),
    (
        "longlive",
        _write("configs/inference.yaml", ""),
        "branch",
        r"configs/inference\.yaml is there: this is branch main, LongLive 2\.0",
        "checkout v1.0",
    ),
    (
        "self-forcing",
        _unlink("checkpoints/self_forcing_dmd.pt"),
        "checkpoint",
        "is missing",
        "or name another place",
    ),
    (
        "self-forcing",
        lambda lab: (lab.checkout / "checkpoints/self_forcing_dmd.pt").write_bytes(b"") and None,
        "checkpoint",
        "self_forcing_dmd.pt is empty",
        "download checkpoints/self_forcing_dmd.pt of gdhe17/Self-Forcing",
    ),
    ("longlive", _unlink("longlive_models/models/lora.pt"), "LoRA", "is missing", "lora"),
    (
        "self-forcing",
        _unlink("wan_models/Wan2.1-T2V-1.3B/Wan2.1_VAE.pth"),
        "base files",
        r"utils/wan_wrapper\.py:6 wants wan_models/Wan2\.1-T2V-1\.3B/Wan2\.1_VAE\.pth",
        "download Wan-AI/Wan2.1-T2V-1.3B to",
    ),
    (
        "self-forcing",
        _write("wan_models/Wan2.1-T2V-1.3B/config.json", '{"dim": 5120, "num_layers": 40}'),
        "base files",
        r"utils/wan_wrapper\.py:10: .* holds a network of width 5120, expected 1536 \(Wan2\.1-T2V-1\.3B\)",
        "download Wan-AI/Wan2.1-T2V-1.3B to",
    ),
    (
        "infinite-forcing",
        _write("utils/wan_wrapper.py", wrapper("/mnt/petrelfs/x/Wan-AI/Wan2.1-T2V-1.3B")),
        "base files",
        "wan_wrapper.py:2 wants /mnt/petrelfs/.*:4 wants .*:6 wants .*:10 wants .*:12 wants /mnt/petrelfs/x",
        "write its folder into these lines yourself",
    ),
]


@pytest.mark.parametrize(("method", "spoil", "subject", "told", "fix"), FAULTS)
def test_what_is_wrong_is_told_with_its_fix_and_nothing_runs(
    lab: MakeLab, method: str, spoil: Spoil, subject: str, told: str, fix: str
) -> None:
    import re

    here = lab(method)
    spoil(here)
    finding = look(here)[subject]
    assert finding.status == "fault"
    assert re.search(told, finding.told)
    assert fix in finding.fix
    with pytest.raises(GeneratorError, match=f"{method}:native cannot be run: .*{told}"):
        native.NativeProgram(find(method, "native"), here.settings)


@pytest.mark.parametrize("place", ["Reward-models/steady.pt", "x/my_reward.pt"])
def test_steady_forcings_checkpoint_keeps_away_from_the_word_reward(
    lab: MakeLab, tmp_path: Path, place: str
) -> None:
    from tests.generators.native.fakes import write_weights

    here = lab("steady-forcing")
    write_weights(tmp_path / place)
    settings = replace(here.settings, checkpoints={"native": tmp_path / place})
    finding = look(here, settings)["checkpoint"]
    assert finding.status == "fault"
    assert "holds the word 'reward': inference.py takes such a path for Reward-Forcing's bare" in finding.told


def test_causvids_checkpoint_is_called_model(lab: MakeLab, tmp_path: Path) -> None:
    from tests.generators.native.fakes import write_weights

    here = lab("causvid")
    write_weights(tmp_path / "causvid.pt")
    finding = look(here, replace(here.settings, checkpoints={"native": tmp_path / "causvid.pt"}))[
        "checkpoint"
    ]
    assert finding.status == "fault"
    assert "causvid.pt is its name; the program opens model.pt in the folder" in finding.told


def test_half_a_checkpoint_is_refused(lab: MakeLab) -> None:
    here = lab("rolling-forcing")
    path = here.checkout / "checkpoints/rolling_forcing_dmd.pt"
    path.write_bytes(path.read_bytes()[:-30])
    finding = look(here)["checkpoint"]
    assert finding.status == "fault"
    assert "has no end: it is a PyTorch file of which only" in finding.told


def test_a_checkpoint_that_is_not_the_published_one_is_told(lab: MakeLab, tmp_path: Path) -> None:
    here = lab("self-forcing")
    finding = look(here)["checkpoint"]
    assert finding.status == "warning"
    assert "has a0413986d973" in finding.told

    path = here.checkout / "checkpoints/self_forcing_dmd.pt"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    row = {"sha256": digest, "size": path.stat().st_size, "commit": "1"}
    write(tmp_path / "models/hub.json", json.dumps({"a/reward/rewardforcing.pt": row}))
    finding = look(here)["checkpoint"]
    assert finding.status == "fault"
    assert "it is the file a/reward/rewardforcing.pt of the hub, expected" in finding.told


def test_the_revision_is_told(lab: MakeLab) -> None:
    here = lab("self-forcing")
    told = commit(here.checkout)
    finding = look(here)["code"]
    assert finding.status == "warning"
    assert finding.told.startswith(f"revision {told[:12]}; its code is not that of 33593df3e81f")
    assert "git checkout 33593df3e81f, or go on: rows are called self-forcing:native+code=" in finding.fix
    steady = look(lab("steady-forcing"))["code"]
    assert steady.status == "ok"
    assert steady.told.endswith(" (digest of the code)")


ENVIRONMENTS = [
    ({"FAKE_FLASH": "broken"}, "flash-attn", "fault", "undefined symbol"),
    ({"FAKE_TORCH": "2.4.1"}, "torch", "warning", "2.4.1, built for CUDA 12.4; expected 2.5 or newer"),
    ({"FAKE_GPU": "0"}, "GPU", "fault", "torch sees no CUDA device"),
    ({"FAKE_GPU": "small"}, "GPU", "warning", "Fake GPU, 8.0 GiB; the authors ask for 24 GB"),
]


@pytest.mark.parametrize(("env", "subject", "status", "told"), ENVIRONMENTS)
def test_the_environment_is_told(
    lab: MakeLab, env: dict[str, str], subject: str, status: str, told: str
) -> None:
    here = lab("self-forcing")
    finding = look(here, with_env(here, **env))[subject]
    assert finding.status == status
    assert told in finding.told
    assert finding.fix


@pytest.mark.parametrize(
    ("method", "gpu", "generation", "status"),
    [
        ("self-forcing", "NVIDIA H100 80GB HBM3", 9, "warning"),
        ("self-forcing", "NVIDIA H200", 9, "fault"),
        ("longlive", "NVIDIA H200", 9, "warning"),
        ("longlive", "NVIDIA A100-SXM4-80GB", 8, "fault"),
        ("steady-forcing", "NVIDIA A100-SXM4-80GB", 8, "warning"),
    ],
)
def test_flash_attn_3_alone_will_do_where_the_program_takes_it(
    lab: MakeLab, method: str, gpu: str, generation: int, status: str
) -> None:
    here = lab(method)
    (here.root / "stubs/flash_attn.py").rename(here.root / "stubs/flash_attn_interface.py")
    card = with_env(here, FAKE_GPU_NAME=gpu, FAKE_GENERATION=str(generation))
    finding = look(here, card)["flash-attn"]
    assert finding.status == status
    assert ("does not take it on this GPU" in finding.told) == (status == "fault")


def test_flash_attn_2_is_taken_where_3_is_not(lab: MakeLab) -> None:
    here = lab("self-forcing")
    write(here.root / "stubs/flash_attn_interface.py", "")
    assert look(here)["flash-attn"] == Finding("ok", "flash-attn", "flash_attn")


def test_what_cannot_be_imported_is_named(lab: MakeLab) -> None:
    here = lab("longlive")
    (here.root / "stubs/peft.py").unlink()
    write(here.root / "stubs/omegaconf.py", "raise RuntimeError('bad build')")
    finding = look(here)["modules"]
    assert finding.status == "fault"
    assert "peft cannot be imported (" in finding.told
    assert "omegaconf cannot be imported (RuntimeError: bad build)" in finding.told


def test_a_video_is_really_written_before_a_clip_is_made(lab: MakeLab) -> None:
    """PyAV 14 and torchvision 0.20: the import works, the first frame does not."""
    here = lab("self-forcing")
    assert "torchvision" not in look(here)
    finding = look(here, with_env(here, FAKE_AV="an integer is required"))["torchvision"]
    assert finding.status == "fault"
    assert "fails (TypeError: an integer is required)" in finding.told
    assert "av (PyAV)" in finding.fix


def test_torchvision_without_write_video(lab: MakeLab) -> None:
    for method, status in (("self-forcing", "fault"), ("causvid", None)):
        here = lab(method)
        write(here.root / "stubs/torchvision/io.py", "")
        finding = look(here).get("torchvision")
        assert (finding and finding.status) == status


@pytest.mark.parametrize(
    ("launch", "told"),
    [
        (("/no/such/python",), "'/no/such/python' cannot be started: No such file or directory"),
        (
            ("/bin/sh", "-c", "echo no env called x >&2; exit 3"),
            "ended with status 3; its last words: no env",
        ),
        (("/bin/echo",), "gave no answer; is launch a command that starts Python?"),
    ],
)
def test_a_launch_that_starts_no_python(lab: MakeLab, launch: tuple[str, ...], told: str) -> None:
    here = lab("self-forcing")
    assert told in look(here, replace(here.settings, launch=launch))["environment"].told


def test_a_launch_that_never_answers(lab: MakeLab) -> None:
    from generators.native.environment import ask_environment

    here = lab("self-forcing")
    asleep = replace(here.settings, launch=("/bin/sh", "-c", "sleep 600"))
    answer = ask_environment(find("self-forcing", "native"), asleep, here.checkout, limit_s=0.5)
    assert answer.fault == "its Python did not answer within 0.5 s; it wrote nothing to stderr"


def test_the_factory_reads_the_settings_and_makes_a_clip(
    lab: MakeLab, tmp_path: Path, workspace: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = lab("rolling-forcing")
    file = write_toml(here, tmp_path / "native.toml", gpu=2, time_limit_s=50)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NativeWarning)
        made = native.create("rolling-forcing", "native", {"native": str(file)})
        monkeypatch.setenv("STEADYBENCH_NATIVE", str(file))
        assert native.create("rolling-forcing", "native", {}).info == made.info
    assert made.generate(job, workspace).path.is_file()
    assert here.seen["env"]["CUDA_VISIBLE_DEVICES"] == "2"  # type: ignore[index]
    with pytest.raises(GeneratorError, match=r"unknown option 'nativ' \(did you mean 'native'\?\)"):
        native.create("rolling-forcing", "native", {"nativ": "x"})
    with pytest.raises(GeneratorError, match=r"no table \[self-forcing\]"):
        native.create("self-forcing", "native", {})


def test_the_adapter_keeps_the_contract(lab: MakeLab, job: Job) -> None:
    from generators.conformance import check, failures

    here = lab("reward-forcing")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NativeWarning)
        made = native.NativeProgram(find("reward-forcing", "native"), here.settings)
    assert failures(check(made, job)) == ""
