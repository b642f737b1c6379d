"""The runner against eight fake checkouts: what they are told, what they write, and every way to fail."""

from __future__ import annotations

import multiprocessing
import re
import time
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from generators.contract import ClipFile, GeneratorError, Job
from generators.native.adapter import NativeProgram, NativeWarning
from generators.native.catalogue import declarations, find, methods
from generators.native.checkout import code_digest
from generators.native.settings import MethodSettings
from generators.probe import probe
from tests.generators.native.conftest import MakeLab
from tests.generators.native.fakes import Lab, write, write_weights

ROWS = [(item.method, item.configuration) for item in declarations()]


def program(lab: Lab, configuration: str = "native", settings: MethodSettings | None = None) -> NativeProgram:
    """A program of a fake checkout, whose code is of course not the authors'."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NativeWarning)
        return NativeProgram(find(lab.method, configuration), settings or lab.settings)


# ---- commands as the authors document them


DOCUMENTED = {
    # inference.sh, with the config that the repository ships (its own is Infinity-RoPE's)
    ("steady-forcing", "native"): """inference.py --config_path configs/steady_forcing_infer.yaml
        --checkpoint_path CKPT/ckpt/Steady-Forcing-T2V-1.3B/steady_forcing_t2v.pt --output_folder OUT
        --data_path PROMPTS --num_output_frames 300 --use_ema""",
    # README.md, "Autoregressive 3-step 5-second Video Generation"
    ("causvid", "native"): """minimal_inference/autoregressive_inference.py
        --config_path configs/wan_causal_dmd.yaml --checkpoint_folder CKPT/autoregressive_checkpoint
        --output_folder OUT --prompt_file_path PROMPTS""",
    # README.md, "CLI Inference"
    ("self-forcing", "native"): """inference.py --config_path configs/self_forcing_dmd.yaml
        --output_folder OUT --checkpoint_path CKPT/checkpoints/self_forcing_dmd.pt --data_path PROMPTS
        --use_ema""",
    # README.md, "CLI inference"
    ("rolling-forcing", "native"): """inference.py --config_path configs/rolling_forcing_dmd.yaml
        --output_folder OUT --checkpoint_path CKPT/checkpoints/rolling_forcing_dmd.pt --data_path PROMPTS
        --num_output_frames 126 --use_ema""",
    # README.md, "CLI Inference"; path/to/your/pt/checkpoint.pt is ema_model.pt of its hub repository
    ("infinite-forcing", "native"): """inference.py --config_path configs/self_forcing_dmd_vsink1.yaml
        --output_folder OUT --checkpoint_path CKPT/checkpoints/ema_model.pt --data_path PROMPTS --use_ema""",
    # README.md, "Quick Start"
    ("reward-forcing", "native"): """inference.py --num_output_frames 21
        --config_path configs/reward_forcing.yaml
        --checkpoint_path CKPT/checkpoints/Reward-Forcing-T2V-1.3B/rewardforcing.pt --output_folder OUT
        --data_path PROMPTS --use_ema""",
    # long_video/README.md, "CLI inference", run in long_video/
    ("causal-forcing", "native"): """inference.py --config_path configs/rolling_forcing_dmd.yaml
        --output_folder OUT --checkpoint_path CKPT/checkpoints/chunkwise/longvideo.pt --data_path PROMPTS
        --num_output_frames 252 --use_ema""",
    # README.md, "CLI Inference", "T2V"
    ("causal-forcing", "native-chunkwise"): """inference.py
        --config_path configs/causal_forcing_dmd_chunkwise.yaml --output_folder OUT
        --checkpoint_path CKPT/checkpoints/chunkwise/causal_forcing.pt --data_path PROMPTS""",
    ("causal-forcing", "native-framewise"): """inference.py
        --config_path configs/causal_forcing_dmd_framewise.yaml --output_folder OUT
        --checkpoint_path CKPT/checkpoints/framewise/causal_forcing.pt --data_path PROMPTS --use_ema""",
    ("causal-forcing", "native-framewise-2step"): """inference.py
        --config_path configs/causal_forcing_dmd_framewise_2step.yaml --output_folder OUT
        --checkpoint_path CKPT/checkpoints/causal-forcing++/framewise-2step.pt --data_path PROMPTS
        --use_ema""",
    ("causal-forcing", "native-framewise-1step"): """inference.py
        --config_path configs/causal_forcing_dmd_framewise_1step.yaml --output_folder OUT
        --checkpoint_path CKPT/checkpoints/causal-forcing++/framewise-1step.pt --data_path PROMPTS
        --use_ema""",
    # inference.sh of branch v1.0, without torchrun; the YAML is a copy
    ("longlive", "native"): "inference.py --config_path YAML",
    ("longlive", "native-infinity"): "inference.py --config_path YAML",
}
OURS = {"--seed", "--num_output_frames", "--save_with_index"}
"""Flags that we add to the documented ones; all of them are in the programs' own argument parsers."""


def flags(command: list[str]) -> dict[str, str]:
    """Flags and their values, the script under its own name."""
    found = {"script": command[0]}
    for item in command[1:]:
        if item.startswith("--"):
            name = item
            found[name] = ""
        else:
            found[name] = item
    return found


@pytest.mark.parametrize(("method", "configuration"), ROWS)
def test_every_program_gets_its_documented_command_and_its_clip_is_taken(
    lab: MakeLab, workspace: Path, job: Job, method: str, configuration: str
) -> None:
    here = lab(method, configuration)
    delivery = program(here, configuration).generate(job, workspace)
    seen = here.seen

    places = {"OUT": str(workspace / "output"), "PROMPTS": str(workspace / "prompt.txt")}
    text = DOCUMENTED[method, configuration].replace("CKPT", str(here.checkout))
    documented = flags([places.get(item, item) for item in text.split()])
    if method == "longlive":
        documented["--config_path"] = str(workspace / "config.yaml")
    received = flags([str(seen["program"]), *seen["argv"]])  # type: ignore[misc]

    assert received.keys() - documented.keys() <= OURS
    assert {**received, "--num_output_frames": ""} == {
        **{name: received[name] for name in OURS & received.keys()},
        **documented,
        "--num_output_frames": "",
    }
    assert received.get("--seed", "7") == "7"
    assert seen["cwd"] == str(here.checkout / find(method, configuration).folder)
    assert seen["prompts"] == ["A brook runs between mossy stones."]
    assert isinstance(delivery, ClipFile)
    facts = probe(delivery.path)
    assert (facts.width, facts.height, facts.fps) == (832, 480, 16.0)
    assert 24 <= facts.frames <= 40
    assert delivery.path.is_relative_to(workspace)


def test_the_documented_commands_are_those_of_all_rows() -> None:
    assert set(DOCUMENTED) == set(ROWS)


@pytest.mark.parametrize(
    ("method", "seconds", "asked", "frames"),
    [
        ("self-forcing", 5, "21", 81),
        ("rolling-forcing", 10, "42", 165),
        ("steady-forcing", 5, "24", 80),  # 93 frames, cut
        ("infinite-forcing", 6, "24", 93),
        ("reward-forcing", 5, "21", 81),
    ],
)
def test_whole_blocks_that_cover_the_horizon_are_asked_for(
    lab: MakeLab, workspace: Path, job: Job, method: str, seconds: int, asked: str, frames: int
) -> None:
    here = lab(method)
    delivery = program(here).generate(replace(job, seconds=seconds), workspace)

    assert flags([str(here.seen["program"]), *here.seen["argv"]])["--num_output_frames"] == asked  # type: ignore[misc]
    assert abs(probe(delivery.path).frames - frames) <= 2


# ---- causvid: two programs, a seed from outside


def test_causvid_is_seeded_from_outside(lab: MakeLab, workspace: Path, job: Job) -> None:
    import random

    import numpy as np

    here = lab("causvid")
    program(here).generate(replace(job, seconds=5), workspace)
    random.seed(7)
    np.random.seed(7)
    assert here.seen["drawn"] == [random.random(), float(np.random.rand())]
    assert here.seen["torch_seeds"] == [7]
    assert here.seen["cuda_seeds"] == [7]
    assert here.seen["env"]["PYTHONUTF8"] == "1"  # type: ignore[index]


def test_causvids_long_program_chains_segments_and_the_rest_is_cut_off(
    lab: MakeLab, workspace: Path, job: Job
) -> None:
    here = lab("causvid")
    delivery = program(here).generate(replace(job, seconds=8), workspace)
    received = flags([str(here.seen["program"]), *here.seen["argv"]])  # type: ignore[misc]

    assert received["script"].endswith("longvideo_autoregressive_inference.py")
    assert (received["--num_rollout"], received["--num_overlap_frames"]) == ("2", "3")
    assert probe(delivery.path).frames == 128
    assert delivery.notes[-1] == (
        "The program's clip has 144 frames; the first 128 are used, copied without encoding."
    )


# ---- longlive: a YAML of our own


SHIPPED = ("num_samples", "use_ema", "save_with_index")
"""Keys that the authors' file already has as we set them."""


@pytest.mark.parametrize("configuration", ["native", "native-infinity"])
def test_longlives_yaml_differs_from_the_checkouts_in_the_declared_lines_only(
    lab: MakeLab, workspace: Path, job: Job, configuration: str
) -> None:
    here = lab("longlive", configuration)
    declaration = find("longlive", configuration)
    program(here, configuration).generate(job, workspace)
    before = (here.checkout / declaration.config).read_text(encoding="utf-8")
    after = (workspace / "config.yaml").read_text(encoding="utf-8")

    assert declaration.yaml is not None
    keys = [key for key, _ in declaration.yaml.changed]
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    assert [old.split(":")[0] for old, new in pairs if old != new] == [
        key
        for key in before_keys(before)
        if key in keys and key not in ("use_ema", "num_samples", "save_with_index")
    ]
    changed = yaml.safe_load(after)
    assert changed["model_kwargs"]["seed"] == "kept"
    assert changed == {
        **yaml.safe_load(before),
        "data_path": str(workspace / "prompt.txt"),
        "output_folder": str(workspace / "output"),
        "num_output_frames": 9,
        "seed": 7,
        "generator_ckpt": str(here.checkout / "longlive_models/models/longlive_base.pt"),
        "lora_ckpt": str(here.checkout / "longlive_models/models/lora.pt"),
    }


def before_keys(text: str) -> list[str]:
    """Top-level keys of a YAML text, in order."""
    return re.findall(r"^(\w+):", text, re.MULTILINE)


def test_a_yaml_without_the_lines_to_change_is_refused(lab: MakeLab, workspace: Path, job: Job) -> None:
    here = lab("longlive")
    config = here.checkout / "configs/longlive_inference.yaml"
    config.write_text(config.read_text().replace("seed: 0\n", "").replace("output_folder", "folder"))
    with pytest.raises(GeneratorError, match=r"one line each for output_folder, seed; take the file of"):
        program(here).generate(job, workspace)


# ---- prompts


@pytest.mark.parametrize("method", methods())
def test_marks_of_prompt_languages_never_reach_a_program(
    lab: MakeLab, workspace: Path, job: Job, method: str
) -> None:
    text = "  A brook / stream[60s] | runs;\nbetween 石 stones [10.5s#] \r\n"
    here = lab(method)
    delivery = program(here).generate(replace(job, prompt=replace(job.prompt, text=text)), workspace)

    slash = "-" if find(method, "native").named_by_prompt else "/"
    assert here.seen["prompts"] == [f"A brook {slash} stream, runs, between 石 stones"]
    assert delivery.prompt_as_used == here.seen["prompts"][0]  # type: ignore[index]


def test_a_name_with_too_many_bytes_is_refused_before_anything_runs(
    lab: MakeLab, workspace: Path, job: Job
) -> None:
    here = lab("causal-forcing", "native-chunkwise")
    long = replace(job, prompt=replace(job.prompt, text="水" * 100))
    with pytest.raises(GeneratorError, match="first 100 characters of the prompt, 304 bytes here"):
        program(here, "native-chunkwise").generate(long, workspace)
    assert not here.ran


# ---- jobs that cannot be made


@pytest.mark.parametrize(
    ("method", "configuration", "changes", "words"),
    [
        (
            "self-forcing",
            "native",
            {"seconds": 60},
            r"960 frames, and the program ends at 84.*self-forcing:long",
        ),
        ("causal-forcing", "native-framewise", {"seconds": 6}, "extremely unfair.*causal-forcing:native"),
        ("rolling-forcing", "native", {"seconds": 300}, "ends at 4092.*ends at 1024"),
        ("longlive", "native", {"seconds": 300}, "native-infinity"),
        ("reward-forcing", "native", {"seed": 2**32}, "seed 4294967296 is not in 0 to 4294967295"),
        ("reward-forcing", "native", {"seed": -1}, "seed -1 is not in"),
        ("reward-forcing", "native", {"fps": 24.0}, "makes 16 frames a second only"),
        ("reward-forcing", "native", {"width": 640}, "makes 832x480 pictures only"),
    ],
)
def test_jobs_beyond_a_program_are_refused_with_the_reason(
    lab: MakeLab,
    workspace: Path,
    job: Job,
    method: str,
    configuration: str,
    changes: dict[str, float],
    words: str,
) -> None:
    here = lab(method, configuration)
    with pytest.raises(GeneratorError, match=f"(?s){words}"):
        program(here, configuration).generate(replace(job, **changes), workspace)  # type: ignore[arg-type]
    assert not here.ran


# ---- runs that fail


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("crash", r"ended with status 1; its last words: .*size mismatch for blocks\.0"),
        ("oom", r"memory did not suffice \(status 1\); the authors ask for 24 GB.*Tried to allocate 17"),
        ("killed", r"killed \(status -9\), most likely for want of main memory"),
        ("none", "wrote no video into its output folder; it is empty"),
        ("two", r"wrote 2 videos for one prompt: 0-0_ema-again\.mp4, 0-0_ema\.mp4; expected one"),
        ("no video", r"0-0_ema\.mp4 is not a readable video"),
        ("short", r"16 frames, expected 33"),
        ("fps", "frame rate is 24, expected 16"),
        ("size", "size is 416x240, expected 832x480"),
    ],
)
def test_a_failed_run_tells_what_happened(
    lab: MakeLab, workspace: Path, job: Job, how: str, words: str
) -> None:
    here = lab("self-forcing")
    with pytest.raises(GeneratorError, match=f"(?s)self-forcing:native: .*{words}"):
        program(here, settings=here.failing(how)).generate(job, workspace)
    assert (workspace / "stdout.log").read_text().startswith("Free VRAM")
    assert (workspace / "stderr.log").exists()


def test_a_length_a_little_off_is_noted(lab: MakeLab, workspace: Path, job: Job) -> None:
    here = lab("self-forcing")
    delivery = program(here, settings=here.failing("three less")).generate(job, workspace)
    assert delivery.notes[-1] == "The program wrote 30 frames where 33 were expected."


def test_a_program_that_hangs_is_stopped_with_its_children(lab: MakeLab, workspace: Path, job: Job) -> None:
    here = lab("self-forcing")
    started = time.monotonic()
    hanging = program(here, settings=here.failing("hang", time_limit_s=2.0))
    with pytest.raises(GeneratorError, match=r"(?s)limit of 2 s.*loading checkpoint shards"):
        hanging.generate(job, workspace)
    assert time.monotonic() - started < 30
    assert gone(int((here.root / "seen.json.pid").read_text()))


def gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that nobody has collected yet counts as ended."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.1)
    return False


def test_a_launch_that_cannot_be_started_is_told(lab: MakeLab, workspace: Path, job: Job) -> None:
    here = lab("self-forcing")
    with pytest.raises(GeneratorError, match="'/no/such/python' cannot be started: No such file"):
        program(here, settings=replace(here.settings, launch=("/no/such/python",))).generate(job, workspace)


# ---- environment


@pytest.mark.parametrize("method", methods())
def test_without_flash_attn_nothing_is_run(lab: MakeLab, workspace: Path, job: Job, method: str) -> None:
    here = lab(method)
    (here.root / "stubs/flash_attn.py").unlink()
    with pytest.raises(GeneratorError, match=r"flash-attn: cannot be imported .*--no-build-isolation"):
        program(here).generate(job, workspace)
    assert not here.ran


def test_the_environment_is_asked_once(lab: MakeLab, tmp_path: Path, job: Job) -> None:
    here = lab("self-forcing")
    made = program(here)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        made.generate(job, tmp_path / name)
        (here.root / "stubs/flash_attn.py").unlink(missing_ok=True)


def test_nothing_of_the_callers_environment_leaks(
    lab: MakeLab, workspace: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "LOCAL_RANK", "WORLD_SIZE", "SECRET"):
        monkeypatch.setenv(name, "leak")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,4")
    here = lab("longlive")
    program(here).generate(job, workspace)
    env = here.seen["env"]

    assert isinstance(env, dict)
    assert "leak" not in env.values()
    assert env["CUDA_VISIBLE_DEVICES"] == "3"
    assert env["PYTHONPATH"] == str(here.root / "stubs")


def test_launch_placeholders_are_filled(lab: MakeLab, workspace: Path, job: Job) -> None:
    here = lab("causal-forcing")
    python = here.settings.launch[0]
    code = (
        "import os, sys; open(os.environ['FAKE_SEEN'] + '.launch', 'a').write(chr(10).join(sys.argv[1:5]));"
        "assert not any(chr(10) in item for item in sys.argv[5:]), 'some launchers refuse such arguments';"
        "os.execv(sys.executable, [sys.executable, *sys.argv[5:]])"
    )
    launch = (python, "-c", code, "{checkout}", "{workspace}", "{cwd}", "gpu={gpu}")
    settings = replace(here.settings, launch=launch, gpu="1")
    program(here, settings=settings).generate(job, workspace)

    told = (here.root / "seen.json.launch").read_text().splitlines()
    assert told[-3:] == [str(workspace), str(here.checkout / "long_video"), "gpu=1"]
    assert told[0] == str(here.checkout)


# ---- identity


def test_the_checkpoint_and_the_code_are_in_the_identity(lab: MakeLab) -> None:
    here = lab("longlive")
    before = program(here).info
    assert before.backbone == "wan2.1-1.3b"
    assert re.fullmatch(r"native\+code=[0-9a-f]{12}", before.configuration)
    assert before.revision == f"{before.configuration[-12:]} (digest of the code)"
    assert re.fullmatch("[0-9a-f]{64}", before.weights_digest)

    write(here.checkout / "pipeline/causal_inference.py", "ALPHA = 0.99\n")
    other = program(here).info
    assert other.configuration != before.configuration
    assert other.revision != before.revision
    assert other.weights_digest == before.weights_digest

    digests = {before.weights_digest}
    for name in (find("longlive", "native").checkpoint[0], find("longlive", "native").lora):
        write_weights(here.checkout / name, f"other {name}")
        digests.add(program(here).info.weights_digest)
    assert len(digests) == 3


def test_the_declared_code_has_its_plain_name(lab: MakeLab) -> None:
    here, declaration = lab("self-forcing"), find("self-forcing", "native")
    known = replace(declaration, code_sha256=code_digest(here.checkout, declaration))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NativeWarning)
        info = NativeProgram(known, here.settings).info
    assert (info.configuration, info.revision) == ("native", declaration.revision)


def test_another_revision_is_warned_of_and_recorded(lab: MakeLab, workspace: Path, job: Job) -> None:
    here = lab("self-forcing")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        made = NativeProgram(find("self-forcing", "native"), here.settings)
    words = r"code is not that of 33593df3e81f.*rows are called self-forcing:native\+code="
    assert [item.category for item in told if re.search(words, str(item.message))] == [NativeWarning]
    note = made.generate(job, workspace).notes[0]
    assert note.startswith("Made by a checkout at no known revision")
    assert note.endswith("written from guandeh17/Self-Forcing 33593df3e81f.")


def test_a_worker_does_not_repeat_what_its_parent_said(lab: MakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    here = lab("self-forcing")
    monkeypatch.setattr(multiprocessing, "parent_process", object)
    NativeProgram(find("self-forcing", "native"), here.settings)  # warnings are errors in tests
