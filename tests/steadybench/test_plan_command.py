"""``steadybench plan``: what is told before anything starts, and the line that a run begins with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchmarks.clips import rendered
from generators.contract import GeneratorInfo, Job
from generators.engine.catalogue import METHODS, recipe
from generators.engine.flops import of_clip, sizes_of
from generators.engine.horizon import plan as horizon_of
from generators.registry import load
from generators.wan import files, table
from prompts.types import Prompt
from steadybench.cli import cli
from steadybench.clips import ClipNote, ClipStore, file_sha256
from steadybench.errors import INCOMPLETE, OK, InputError
from steadybench.execute import Limits
from steadybench.generate import Made, MakeTask, make_all, make_clip
from steadybench.outlook import driver, gpus, words
from steadybench.outlook.disk import LEAST_BYTES, MOST_BYTES, Bytes, clip_bytes, free_bytes
from steadybench.outlook.driver import Driver
from steadybench.outlook.engine import engine_row
from steadybench.outlook.forecast import forecast
from steadybench.outlook.past import Past
from steadybench.plan import Method, PlannedClip, description
from steadybench.progress import Progress
from steadybench.run import choose_prompts
from steadybench.studio import Adapters
from tests.steadybench.fake_generators import FakeStudio

WAN = {"backbone": "wan2.1-1.3b"}
ON_WAN = ("--option", "backbone=wan2.1-1.3b")
PROMPT = Prompt("p", "water", "river", "channel_flow", "left", "rocks", "noon", ("rocks",))
CPU, H100 = "Some CPU", "NVIDIA H100 80GB HBM3"


@pytest.fixture(autouse=True)
def _nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No models and no settings but the test's own."""
    monkeypatch.setenv("STEADYBENCH_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("STEADYBENCH_NATIVE", str(tmp_path / "native.toml"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("STEADYBENCH_OFFLINE", raising=False)


def call(out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["plan", "--out", str(out), *arguments], standalone_mode=False)


def facts(out: Path, *arguments: str) -> dict[str, Any]:
    done = call(out, "--json", *arguments)
    assert done.exception is None, done.exception
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["schema"] == 1
    return found


def finish(
    out: Path, info: GeneratorInfo, made_s: float, device: str, seconds: float = 10.0, seed: int = 0
) -> Job:
    """Put a finished clip of 1000 bytes a second of video into a run's folder."""
    width, height = info.size or (832, 480)
    job = Job(PROMPT, seed, seconds, info.fps or 16.0, width, height)
    item = PlannedClip(Method("x", {}, info), job)
    store = ClipStore(out)
    store.folder.mkdir(parents=True, exist_ok=True)
    file = store.folder / f"{item.key}.mp4"
    file.write_bytes(bytes(round(1000 * seconds)))
    made_from = description(item.method, job)
    store.finish(item.key, ClipNote(file.name, file_sha256(file), "", "", "water", made_from, made_s, device))
    return job


# ---- rows


def test_a_plan_tells_each_row_and_all_together(tmp_path: Path) -> None:
    done = call(tmp_path, "--methods", "procedural:clean,causvid", "--limit", "2", "--seeds", "0-2")
    assert done.return_value == OK
    for words_ in (
        "fixed_camera, version", "procedural:clean", "6 to make of 6 (0 finished); 60 s each, 832x480",
        "causvid:engine-native (tiny backbone)", "160x96", "294 latent frames in 14 rollouts, 336 passes",
        "not measured here: make one clip first", "12 clips to make, 12 min of video", "free at",
    ):  # fmt: skip
        assert words_ in done.stdout
    assert "refused" not in done.stdout
    assert not (tmp_path / "clips").exists()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_planned_on_the_published_backbone(method: str, tmp_path: Path) -> None:
    configuration = "long" if method == "self-forcing" else "engine-native"
    found = facts(
        tmp_path, "--methods", f"{method}:{configuration}", *ON_WAN, "--gpu", "h100 sxm", "--limit", "1"
    )
    (row,) = found["rows"]
    engine = engine_row(f"{method}:{configuration}", WAN, "cuda")
    assert engine is not None
    chosen = recipe(method, configuration)
    work = of_clip(chosen, 960, sizes_of(engine.blueprint, chosen))
    horizon = horizon_of(chosen, 960)
    assert row["cost"]["network_flops"] == work.flops
    assert row["cost"]["latents"] == horizon.latents * horizon.rollouts >= 240
    assert row["memory"]["total"] == engine.memory.total
    assert row["floor_s"] == pytest.approx((work.flops + row["cost"]["codec_flops"]) / 989.4e12)
    assert row["hours"] is None
    assert row["floor_hours"] == found["total"]["floor_hours"] == pytest.approx(row["floor_s"] / 3600)


def test_a_row_is_planned_without_pytorch_and_without_reading_weights(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom steadybench.outlook.engine import engine_row\n"
        "row = engine_row('steady-forcing', {'backbone': 'wan2.1-1.3b', 'device': 'cuda'})\n"
        "row.cost(3840), row.memory\nprint('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_options_of_a_method_change_what_is_planned() -> None:
    exact = engine_row("steady-forcing", {"ema": "fp32"})
    plain = engine_row("steady-forcing", {})
    assert exact is not None and plain is not None
    assert exact.recipe.ema == "fp32"
    assert engine_row("procedural:clean", {}) is None
    assert engine_row("longlive:native", {}) is None


# ---- refusals


def test_a_row_that_is_refused_says_why_and_the_others_are_planned(tmp_path: Path) -> None:
    arguments = ("--methods", "self-forcing,longlive:native,procedural:clean", "--limit", "1")
    done = call(tmp_path, *arguments)
    assert done.return_value == INCOMPLETE
    found = facts(tmp_path, *arguments)
    capped, native, clean = found["rows"]
    assert capped["refusals"] == [
        (
            "the longest clip is 5 s (21 latent frames), asked for 60 s; use self-forcing:long or "
            "self-forcing:common"
        )
    ]
    assert capped["cost"] is None
    assert "native.toml" in native["refusals"][0]
    assert clean["refusals"] == []
    assert found["total"]["refused"] == [capped["name"], native["name"]]


def test_missing_weights_are_named_with_the_command_and_their_size(tmp_path: Path) -> None:
    found = facts(tmp_path, "--methods", "self-forcing:long,causvid", *ON_WAN, "--limit", "1")
    first, second = found["rows"]
    assert first["refusals"] == [
        "weights are missing: wan-base, self-forcing; run: steadybench weights fetch wan-base self-forcing"
    ]
    assert "fetch wan-base causvid" in second["refusals"][0]
    assert first["finished"] is None
    wanted = [
        *table.base().files,
        *table.published()["self-forcing"].files,
        *table.published()["causvid"].files,
    ]
    assert found["total"]["fetch_bytes"] == sum(file.size or 0 for file in wanted)
    assert len(found["total"]["fetch"]) == len(wanted)


def test_a_checkpoint_of_ones_own_needs_only_the_base(tmp_path: Path) -> None:
    found = facts(tmp_path, "--methods", "causvid", *ON_WAN, "--option", "checkpoint=mine.pt", "--limit", "1")
    assert found["rows"][0]["refusals"] == [
        "weights are missing: wan-base; run: steadybench weights fetch wan-base"
    ]
    assert len(found["total"]["fetch"]) == len(table.base().files)


def test_what_is_here_is_not_fetched(tmp_path: Path) -> None:
    for file in table.base().files:
        place = files.target(file)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    found = facts(tmp_path, "--methods", "causvid", *ON_WAN, "--limit", "1")
    assert [row["file"] for row in found["total"]["fetch"]] == [
        "tianweiy/CausVid/autoregressive_checkpoint/model.pt"
    ]


def test_disk_of_rows_that_other_programs_write_is_unknown(tmp_path: Path) -> None:
    alone = call(tmp_path, "--methods", "longlive:native", "--limit", "1").stdout
    assert "disk     clips unknown" in alone
    both = call(tmp_path, "--methods", "longlive:native,procedural:clean", "--limit", "1").stdout
    assert "clips 12 MB to 84 MB without 1 row of unknown size, in work 84 MB a worker" in both


def test_a_size_that_a_row_does_not_make_is_refused(tmp_path: Path) -> None:
    (row,) = facts(tmp_path, "--methods", "causvid", "--size", "640x384", "--limit", "1")["rows"]
    assert row["refusals"] == ["it makes 160x96 pictures only, got 640x384; leave out --size"]


def test_a_card_that_is_too_small_is_refused_with_the_estimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(gpus.find("L4"), gib=8)
    monkeypatch.setattr(gpus, "find", lambda _: small)
    (row,) = facts(tmp_path, "--methods", "causvid", *ON_WAN, "--gpu", "x", "--limit", "1")["rows"]
    assert row["refusals"][-1].startswith("L4 offers about 7.4 GiB; it needs about")


def test_a_card_that_is_planned_for_need_not_be_here(tmp_path: Path) -> None:
    chosen = ("--methods", "causvid", "--option", "device=cuda:63", "--limit", "1")
    (here,) = facts(tmp_path, *chosen)["rows"]
    assert "device 'cuda:63' is not there" in here["refusals"][0]
    (planned,) = facts(tmp_path, *chosen, "--gpu", "H200")["rows"]
    assert planned["refusals"] == []
    assert planned["finished"] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--methods", "causvd,nobody"], "did you mean causvid?"),
        (["--methods", "causvid,causvid:engine-native"], "is named 2 times"),
        (["--methods", "causvid", "--gpu", "H100"], "is more than one; expected one of: H100 PCIe, H100 SXM"),
        (["--methods", "causvid", "--gpu", "abacus"], "is not in the table"),
    ],
)
def test_wrong_usage_is_refused(arguments: list[str], told: str, tmp_path: Path) -> None:
    error = call(tmp_path, *arguments).exception
    assert isinstance(error, InputError)
    assert told in str(error)


def test_a_disk_that_is_too_full_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steadybench.outlook.outlook.free_bytes", lambda _: 1000)
    done = call(tmp_path, "--methods", "procedural:clean", "--limit", "1")
    assert done.return_value == INCOMPLETE
    assert "1 kB free" in done.stdout and "too little" in done.stdout


# ---- what finished clips say


def info_of(spec: str) -> GeneratorInfo:
    return load(spec).info


def test_the_pace_and_the_bytes_of_finished_clips_carry_over(tmp_path: Path) -> None:
    info = info_of("causvid")
    finish(tmp_path, info, made_s=30, device=CPU)
    finish(tmp_path, info, made_s=10, device=CPU, seed=1)
    found = facts(tmp_path, "--methods", "causvid,longlive", "--limit", "3")
    row, other = found["rows"]
    assert row["pace"] == {
        "device": CPU, "clips": 2, "made_s": 40.0, "seconds": 20.0, "bytes": 20_000, "per_second": 2.0,
    }  # fmt: skip
    assert row["hours"] == pytest.approx(3 * 60 * 2 / 3600)
    assert row["clip_bytes"] == {"least": 60_000, "most": 60_000, "clips": 2}
    assert other["pace"] is None
    assert found["total"]["hours"] is None
    assert (
        "about 6 min in all at 2 s a second of video (2 clips, Some CPU)"
        in call(tmp_path, "--methods", "causvid", "--limit", "3").stdout
    )


def test_a_pace_of_another_card_is_told_and_not_used(tmp_path: Path) -> None:
    info = info_of("causvid")
    finish(tmp_path, info, made_s=30, device=H100)
    chosen = ("--methods", "causvid", "--limit", "1")
    assert facts(tmp_path, *chosen, "--gpu", "H100 SXM")["rows"][0]["hours"] == pytest.approx(180 / 3600)
    assert facts(tmp_path, *chosen, "--gpu", "RTX 4090")["rows"][0]["hours"] is None
    told = call(tmp_path, *chosen, "--gpu", "RTX 4090").stdout
    assert "not measured here" in told and f"elsewhere 3 s a second of video (1 clip, {H100})" in " ".join(
        told.split()
    )


def test_a_finished_clip_of_the_plan_is_not_made_again(tmp_path: Path) -> None:
    chosen = ("--methods", "procedural:clean", "--limit", "2", "--horizon", "1", "--size", "64x48")
    prompt = choose_prompts("fixed_camera", None, 2).prompts[0]
    item = PlannedClip(
        Method("procedural:clean", {}, info_of("procedural:clean")), Job(prompt, 0, 1.0, 16.0, 64, 48)
    )
    assert make_clip(Adapters(), MakeTask(item, tmp_path)) == Made()
    (row,) = facts(tmp_path, *chosen)["rows"]
    assert (row["clips"], row["finished"], row["to_make"]) == (2, 1, 1)
    assert row["pace"]["clips"] == 1 and row["hours"] > 0


def test_what_changed_since_the_run_was_planned_makes_no_clip(tmp_path: Path) -> None:
    """As weights that are replaced while a run goes on: the clip would bear the old ones' key."""
    old = GeneratorInfo("good", "native", "none", 1, weights_digest="a" * 64)
    item = PlannedClip(Method("good", {}, old), Job(PROMPT, 0, 1.0, 8.0, 64, 48))
    made = make_clip(FakeStudio(), MakeTask(item, tmp_path))
    assert (
        "have changed since this run began" in made.failure and "run the same command again" in made.failure
    )
    assert not list((tmp_path / "clips").glob("*.mp4"))


def test_a_run_begins_with_what_it_will_take(tmp_path: Path) -> None:
    said: list[str] = []
    item = PlannedClip(
        Method("good", {}, GeneratorInfo("good", "native", "none", 1)), Job(PROMPT, 0, 1.0, 8.0, 64, 48)
    )
    make_all([item], FakeStudio(), tmp_path, Limits(1, 30), Progress(said.append))
    assert said[1] == (
        "1.0 s of video to make, time not known before the first clips are made, about 1 kB to 5 kB on disk."
    )
    make_all([item], FakeStudio(), tmp_path, Limits(1, 30), Progress(said.append))
    assert said[-1] == "1 clips planned, 0 to make."


def test_notes_that_say_nothing_useful_teach_nothing(tmp_path: Path) -> None:
    info = info_of("procedural:clean")
    finish(tmp_path, info, made_s=0.0, device=CPU)
    finish(tmp_path, info, made_s=5.0, device=CPU, seed=1)
    (gone,) = [note for note in ClipStore(tmp_path).notes() if note.made_s]
    (tmp_path / "clips" / gone.file).unlink()
    assert Past(tmp_path).paces(info, (832, 480)) == []
    assert Past(tmp_path / "nowhere").paces(info, (832, 480)) == []


def planned(info: GeneratorInfo, seconds: Sequence[float]) -> list[PlannedClip]:
    return [PlannedClip(Method("x", {}, info), Job(PROMPT, 0, each, 16.0, 832, 480)) for each in seconds]


def test_the_line_before_a_run_says_what_is_known(tmp_path: Path) -> None:
    known, unknown = GeneratorInfo("a", "native", "none", 1), GeneratorInfo("b", "native", "none", 1)
    left = planned(known, [100.0, 100.0])
    assert forecast(left, tmp_path) == (
        "3 min of video to make, time not known before the first clips are made, "
        "about 40 MB to 280 MB on disk."
    )
    finish(tmp_path, known, made_s=30, device=CPU)
    assert "about 10 min of work at the pace of finished clips, about 200 kB on disk." in forecast(
        left, tmp_path
    )
    both = forecast([*left, *planned(unknown, [200.0])], tmp_path)
    assert "about 10 min of work at the pace of finished clips for 3 min of it" in both


# ---- small parts


@pytest.mark.parametrize(
    ("device", "name"),
    [("cpu", None), ("cuda", "H200"), ("cuda:1", "L4"), ("cuda:2", None), ("cuda:3", None)],
)
def test_the_card_of_this_machine_is_planned_for(
    device: str, name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Driver("580.1", ("NVIDIA H200", "NVIDIA L4", "Some GPU"))
    monkeypatch.setattr(driver, "ask_driver", lambda: here)
    found = driver.card_here([{}, {"device": device}])
    assert (found and found.name) == name


def test_the_figures_of_the_manual_are_the_counts() -> None:
    text = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text(encoding="utf-8")
    for method in METHODS:
        configuration = "long" if method == "self-forcing" else "engine-native"
        row = engine_row(f"{method}:{configuration}", WAN, "cuda")
        assert row is not None
        cost = row.cost(960)
        figures = (cost.latents, cost.network.passes, f"{cost.network.flops / 1e15:.2f}")
        codec = f"{(cost.codec or 0) / 1e15:.2f}"
        assert f"| `{method}:{configuration}` | {' | '.join(map(str, figures))} | {codec} |" in text
        rates = {seconds: row.cost(16 * seconds).network.flops / seconds for seconds in (5, 20, 60, 240)}
        assert 0.94 <= round(rates[20] / rates[60], 2) <= 0.99
        assert 0.99 <= round(rates[240] / rates[60], 2) <= 1.01
        assert rates[5] / rates[60] >= 0.715


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("rtx4090", "RTX 4090"),
        ("4090", "RTX 4090"),
        ("NVIDIA GeForce RTX 5090", "RTX 5090"),
        ("NVIDIA L40S", "L40S"),
        ("NVIDIA A100-SXM4-40GB", "A100 40GB"),
        ("NVIDIA A100-PCIE-40GB", "A100 40GB"),
        ("NVIDIA A100-SXM4-80GB", "A100 80GB SXM"),
        ("NVIDIA A100 80GB PCIe", "A100 80GB PCIe"),
        ("NVIDIA H100 80GB HBM3", "H100 SXM"),
        ("NVIDIA H100 PCIe", "H100 PCIe"),
        ("NVIDIA H100 NVL", "H100 NVL"),
        ("NVIDIA H200", "H200"),
        ("NVIDIA H200 NVL", "H200 NVL"),
        ("NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada"),
        ("NVIDIA B200", "B200"),
    ],
)
def test_cards_are_found_by_what_people_and_drivers_write(text: str, name: str) -> None:
    assert [card.name for card in gpus.matches(text)] == [name]
    assert gpus.find(text).name == name


@pytest.mark.parametrize(
    "text", ["NVIDIA GeForce RTX 4090 Laptop GPU", "NVIDIA GeForce RTX 4090 D", "", "NVIDIA"]
)
def test_a_card_that_is_not_in_the_table_is_no_other(text: str) -> None:
    assert gpus.matches(text) == ()


def test_a_floor_is_bound_by_whatever_takes_longer() -> None:
    card = gpus.find("H200")
    assert card.floor_s(989_400_000_000_000, 1) == pytest.approx(1)
    assert card.floor_s(1, 9_600_000_000_000) == pytest.approx(2)


def test_the_smallest_card_that_holds_a_row() -> None:
    gib = 2**30
    found = gpus.smallest(20 * gib)
    assert found is not None and found.gib == 24
    found = gpus.smallest(30 * gib)
    assert found is not None and found.gib == 40
    assert gpus.smallest(10**13) is None


def test_usual_bytes_scale_with_size_rate_and_length() -> None:
    info = GeneratorInfo("procedural", "clean", "none", 1)
    assert clip_bytes(Job(PROMPT, 0, 2.0, 16.0, 832, 480), info, []) == Bytes(
        2 * LEAST_BYTES, 2 * MOST_BYTES, 0
    )
    assert clip_bytes(Job(PROMPT, 0, 1.0, 8.0, 416, 240), info, []) == Bytes(
        LEAST_BYTES // 8, MOST_BYTES // 8, 0
    )
    job = Job(PROMPT, 0, 1.0, 16.0, 832, 480)
    assert clip_bytes(job, GeneratorInfo("program", "native", "none", 1), []) is None
    assert clip_bytes(job, GeneratorInfo("longlive", "native-infinity", "wan2.1-1.3b", 1), []) is None
    assert clip_bytes(job, replace(info, prompts_matter=False), []) is None


def test_the_encoder_keeps_within_the_usual_bytes(tmp_path: Path) -> None:
    each = rendered(tmp_path, "river", 0.5).stat().st_size
    assert LEAST_BYTES / 2 <= each <= MOST_BYTES / 2


def test_free_bytes_of_a_folder_to_come(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "a" / "b") > 0


def test_numbers_in_words() -> None:
    assert words.flops(17_800_000_000_000_000) == "17.8 PFLOP"
    assert words.flops(5) == "5e-06 MFLOP"
    assert [words.size(count) for count in (1500, 84e6, 1.4e9)] == ["2 kB", "84 MB", "1.4 GB"]
    assert [words.time(s) for s in (0.01, 0.5, 42, 600, 12000)] == [
        "0.01 s",
        "0.5 s",
        "42 s",
        "10 min",
        "3.3 h",
    ]
    assert words.many(1, "clip") == "1 clip"
