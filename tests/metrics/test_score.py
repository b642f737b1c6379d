"""The front door: identities, abstentions with reasons, no number that is none, the same numbers twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.errors import ClipError
from metrics.flow_raft import RaftFlow
from metrics.masks import MaskSource, digest
from metrics.panels import MODULES
from metrics.score import MEASUREMENTS, Scored, Settings, identities, measure, quantities
from metrics.types import Value
from tests import odd_clips
from tests.scenes import Scene, Stage, curve, every, labels_of, number, pictures, shared_stage, value

ONSETS = [f"{name}.onset" for name in MEASUREMENTS]
SMALL = Scene("river", seconds=4.0, width=208, height=120)
Rgb = NDArray[np.uint8]


@pytest.fixture(scope="module")
def stage() -> Stage:
    return shared_stage()


def reasons(scored: Scored, prefix: str = "") -> Iterator[Value]:
    return (v for v in every(scored) if v.status == "abstained" and v.metric.startswith(prefix))


def filmed(path: Path, shown: list[Rgb], fps: int = 8) -> Path:
    return odd_clips.write_clip(path, shown, fps=fps)


def noise(seconds: float, width: int, height: int, seed: int = 1) -> list[Rgb]:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (round(8 * seconds), height // 4, width // 4, 3), np.uint8)
    return [np.asarray(cv2.resize(c, (width, height)), np.uint8) for c in coarse]


# ---- what is always there


def rows(tmp_path: Path, stage: Stage) -> dict[str, Scored]:
    """Clips that go wrong in different ways, and one that does not."""
    return {
        "short": measure(odd_clips.half_second(tmp_path), Settings()),
        "clean": stage.score(SMALL),
        "failing": stage.score(Scene("river", "stagnation")),
        "black": measure(filmed(tmp_path / "black.mp4", flat(0)), Settings()),
        "noise": measure(filmed(tmp_path / "noise.mp4", noise(5, 160, 96)), Settings()),
    }


def flat(level: int, seconds: float = 5.0) -> list[Rgb]:
    return [np.full((96, 160, 3), level, np.uint8)] * round(8 * seconds)


def test_every_clip_has_every_declared_number_once_and_none_is_nan(tmp_path: Path, stage: Stage) -> None:
    declared = {q.id for q in quantities(MEASUREMENTS)}
    only_curves = {name for name in declared if name.endswith(".level")}
    for name, scored in rows(tmp_path, stage).items():
        metrics = [v.metric for v in every(scored)]
        assert sorted(metrics) == sorted(declared - only_curves), name
        for found in every(scored):
            assert (found.value is None) == (found.status in ("abstained", "failed"))
            assert found.value is None or math.isfinite(found.value)
            assert found.value is not None or len(found.reason) > 10, (name, found)
        for measurement in scored.measurements:
            for one in measurement.curves:
                assert one.metric in declared
                assert len(one.t_s) == len(one.values) == len(set(one.t_s))
                assert all(v is None or math.isfinite(v) for v in one.values), (name, one.metric)


def test_declared_quantities_are_told_apart_and_explained() -> None:
    declared = quantities()
    assert len({q.id for q in declared}) == len(declared)
    owners = (*MEASUREMENTS, *MODULES, "mask")
    assert all(q.id.split(".")[0] in owners and q.unit and q.meaning for q in declared)
    assert set(ONSETS) <= {q.id for q in declared if q.headline}


def test_levels_and_shares_stay_in_their_range(stage: Stage) -> None:
    for scene in (SMALL, Scene("river", "stagnation"), Scene("river", "hardening")):
        scored = stage.score(scene)
        units = {q.id: q.unit for q in quantities()}
        for found in every(scored):
            if found.value is not None and units[found.metric] in ("level 0-1", "share", "0-1"):
                assert 0 <= found.value <= 1, found
        for axis in MEASUREMENTS[1:]:
            assert all(v is None or 0 <= v <= 1 for v in curve(scored, f"{axis}.level").values)


def test_an_onset_never_lies_beyond_the_clip(stage: Stage) -> None:
    for scene in (SMALL, Scene("river", "stagnation"), Scene("river", "hardening")):
        for metric in ONSETS:
            assert 0 <= number(stage.score(scene), metric) <= scene.seconds + 0.01


# ---- abstentions


def test_a_clip_that_is_too_short_abstains_and_names_the_length(tmp_path: Path) -> None:
    scored = measure(odd_clips.half_second(tmp_path), Settings())
    for metric in ONSETS:
        found = value(scored, metric)
        assert found.status == "abstained"
        assert "4 frames in the first 0.38 s" in found.reason and "3.5 s" in found.reason


@pytest.mark.parametrize("kind", ["one_frame", "two_frames"])
def test_one_or_two_frames_abstain(kind: str, tmp_path: Path) -> None:
    scored = measure(odd_clips.READABLE[kind](tmp_path), Settings())
    assert all(v.status == "abstained" and "frames" in v.reason for v in every(scored))


def test_a_small_picture_abstains_and_names_its_size(tmp_path: Path) -> None:
    scored = measure(filmed(tmp_path / "small.mp4", noise(5, 96, 56)), Settings())
    assert all(v.status == "abstained" and "96x56" in v.reason and "64 px" in v.reason for v in every(scored))


def test_a_few_frames_a_second_abstain(tmp_path: Path) -> None:
    scored = measure(filmed(tmp_path / "slow.mp4", noise(1, 96, 96), fps=1), Settings())
    assert all(v.status == "abstained" and "at least 8 frames" in v.reason for v in every(scored))


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_clip_of_one_grey_has_no_support_to_follow(level: int, tmp_path: Path) -> None:
    scored = measure(filmed(tmp_path / "flat.mp4", flat(level)), Settings())
    for metric in ("drift.onset", "drift.late"):
        assert value(scored, metric).status == "abstained"
        assert "support" in value(scored, metric).reason
    assert value(scored, "premise.onset").status == "abstained"
    assert value(scored, "hardening.onset").status == "abstained"


def test_a_clip_of_one_colour_is_not_measured_either(tmp_path: Path) -> None:
    shown = [np.full((96, 160, 3), (200, 40, 90), np.uint8)] * 40
    scored = measure(filmed(tmp_path / "colour.mp4", shown), Settings())
    assert value(scored, "drift.onset").status == "abstained"
    assert value(scored, "hardening.onset").status == "abstained"


def test_a_picture_without_support_says_so(stage: Stage) -> None:
    everything = np.full((120, 208), 2, np.uint8)
    scored = measure(stage.clip(SMALL), Settings(), everything, "annotated")
    found = value(scored, "drift.onset")
    assert found.status == "abstained" and "support" in found.reason
    assert value(scored, "premise.onset").status == "abstained"
    assert value(scored, "stagnation.onset").status in ("ok", "censored")
    assert number(scored, "mask.medium_area") == 1.0 and number(scored, "mask.support_area") == 0.0


def test_an_annotated_mask_without_medium_says_so(stage: Stage) -> None:
    still = np.ones((120, 208), np.uint8)
    scored = measure(stage.clip(SMALL), Settings(), still, "annotated")
    for found in reasons(scored, "stagnation."):
        assert "medium" in found.reason
    assert value(scored, "stagnation.onset").status == "abstained"
    assert number(scored, "mask.medium_area") == 0.0


def test_a_mask_that_ignores_everything_measures_nothing(stage: Stage) -> None:
    scored = measure(stage.clip(SMALL), Settings(), np.zeros((120, 208), np.uint8), "annotated")
    assert [value(scored, m).status for m in ONSETS] == ["abstained"] * 4


def test_noise_without_a_scene_is_no_support(tmp_path: Path) -> None:
    scored = measure(filmed(tmp_path / "noise.mp4", noise(5, 160, 96)), Settings())
    assert value(scored, "drift.onset").status == "abstained"
    assert value(scored, "premise.onset").status == "abstained"


def test_a_grey_clip_measures_what_needs_no_colour(tmp_path: Path) -> None:
    shown = [np.repeat(p[..., 1:2], 3, axis=2) for p in pictures(replace(SMALL, seconds=5.0))]
    scored = measure(filmed(tmp_path / "grey.mp4", shown), Settings(), labels_of(SMALL), "truth")
    for metric in ("hardening.support_chroma", "hardening.medium_chroma"):
        assert value(scored, metric).status == "abstained"
    assert [value(scored, m).status for m in ONSETS] == ["censored"] * 4


# ---- masks


@pytest.mark.parametrize("source", ["truth", "annotated"])
def test_a_source_that_needs_labels_is_refused_without(source: MaskSource, stage: Stage) -> None:
    with pytest.raises(ValueError, match=rf"{source}.*no labels"):
        measure(stage.clip(SMALL), Settings(), None, source)


def test_labels_are_refused_where_none_are_wanted(stage: Stage) -> None:
    with pytest.raises(ValueError, match=r"early.*labels"):
        measure(stage.clip(SMALL), Settings(), labels_of(SMALL), "early")


def test_a_mask_of_another_size_is_refused_by_both_sizes(stage: Stage) -> None:
    with pytest.raises(ClipError, match=r"208x120.*104x60|104x60.*208x120"):
        measure(stage.clip(SMALL), Settings(), labels_of(SMALL)[::2, ::2], "annotated")


def test_the_masks_digest_is_kept(stage: Stage) -> None:
    assert stage.score(SMALL).mask_sha256 == digest(labels_of(SMALL))
    assert stage.score(SMALL, "early").mask_sha256 == "early"


def test_mask_and_reference_are_frozen_before_anything_happens(tmp_path: Path) -> None:
    """Whatever comes after second 3, areas and the first seconds' curves stay as they are, to the bit."""
    shown = list(pictures(replace(SMALL, seconds=6.0)))
    other = [*shown[:26], *noise(2.75, 208, 120)]
    first = measure(filmed(tmp_path / "first.mp4", shown), Settings())
    second = measure(filmed(tmp_path / "second.mp4", other), Settings())
    for metric in ("mask.support_area", "mask.medium_area", "mask.overlay_area"):
        assert value(first, metric) == value(second, metric)
    for metric in ("drift.displacement", "drift.tone", "drift.detail_loss", "premise.displacement"):
        assert curve(first, metric).values[:3] == curve(second, metric).values[:3]
    assert number(first, "drift.late") < 0.2 < number(second, "drift.late")


# ---- identity


def digests(settings: Settings, source: str) -> dict[str, str]:
    return {name: identity.digest for name, identity in identities(settings, source).items()}


def test_each_measurement_has_an_identity_of_its_own() -> None:
    found = digests(Settings(), "early")
    assert set(found) == set(MEASUREMENTS)
    assert len(set(found.values())) == len(MEASUREMENTS)


def test_the_mask_source_is_part_of_the_identity() -> None:
    for name in MEASUREMENTS:
        assert len({digests(Settings(), s)[name] for s in ("early", "truth", "annotated")}) == 3


def test_the_flow_backend_is_part_of_the_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in with the settings that RAFT would record; the weights need not be here."""

    def without_weights(self: RaftFlow, *_: object) -> None:
        self.settings = {"backend": "raft", "weights": "0" * 64}

    monkeypatch.setattr(RaftFlow, "__init__", without_weights)
    dis, raft = digests(Settings(), "early"), digests(Settings(flow="raft"), "early")
    assert all(dis[name] != raft[name] for name in MEASUREMENTS)


def test_asking_for_fewer_measurements_does_not_change_the_others() -> None:
    fewer = digests(Settings(measurements=("drift",)), "early")
    assert fewer == {"drift": digests(Settings(), "early")["drift"]}


def test_only_what_is_asked_for_is_returned(stage: Stage) -> None:
    scored = measure(stage.clip(SMALL), Settings(measurements=("hardening", "premise")))
    assert [m.identity.measurement for m in scored.measurements] == ["hardening", "premise"]
    assert {v.metric.split(".")[0] for v in every(scored)} == {"hardening", "premise", "mask"}
    full = stage.score(SMALL, "early")
    assert all(value(full, v.metric) == v for v in every(scored))


def test_scores_carry_the_identity_that_was_announced(stage: Stage) -> None:
    announced = identities(Settings(), "truth")
    assert {m.identity.measurement: m.identity for m in stage.score(SMALL).measurements} == announced


# ---- the same numbers twice


def test_measuring_twice_gives_identical_records(stage: Stage) -> None:
    again = measure(stage.clip(SMALL), Settings(), labels_of(SMALL), "truth")
    assert again == stage.score(SMALL)


def test_the_number_of_threads_changes_nothing(stage: Stage) -> None:
    before = cv2.getNumThreads()
    try:
        found = []
        for threads in (1, 4):
            cv2.setNumThreads(threads)
            found.append(measure(stage.clip(SMALL), Settings()))
    finally:
        cv2.setNumThreads(before)
    assert found[0] == found[1]


def test_a_clip_measured_before_leaves_no_trace(stage: Stage) -> None:
    measure(stage.clip(replace(SMALL, medium="fire", width=160, height=96)), Settings())
    assert measure(stage.clip(SMALL), Settings(), labels_of(SMALL), "truth") == stage.score(SMALL)


def test_the_name_of_the_file_means_nothing(stage: Stage, tmp_path: Path) -> None:
    other = tmp_path / "frozen drift 60s.mp4"
    other.write_bytes(stage.clip(SMALL).read_bytes())
    assert measure(other, Settings(), labels_of(SMALL), "truth") == stage.score(SMALL)
