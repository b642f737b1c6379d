"""From the plan to the folder for raters: alike in everything, complete, resumable, the same each time."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from reports.rating.model import Outcomes
from steadybench import errors
from steadybench.errors import InputError
from steadybench.progress import Progress
from steadybench.study import key as keys
from steadybench.study import planfile
from steadybench.study.exporting import settings
from steadybench.study.exporting.canvas import planes
from steadybench.study.exporting.command import Request, export
from steadybench.study.exporting.public import Wording, completion_code
from steadybench.study.key import Key
from steadybench.study.model import Plan
from tests.steadybench.study.export_sources import SIZE, scene, write_clip, write_study
from tests.steadybench.study.locked_study import call, code, locked, told


class _Study:
    """A made study, and what exports of it said."""

    def __init__(self, folder: Path, plan: Plan, key: Key) -> None:
        self.folder, self.plan, self.key = folder, plan, key
        self.said: list[str] = []

    def export(self, out: str = "export", **asked: object) -> int:
        self.said.clear()
        request = Request(self.folder / "study", self.folder / out, **asked)  # type: ignore[arg-type]
        return export(request, Progress(self.said.append))

    def files(self, out: str = "export") -> dict[str, str]:
        root = self.folder / out
        return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(root.rglob("*")) if path.is_file()}

    def record(self) -> dict[str, dict[str, dict[str, object]]]:
        body: dict[str, dict[str, dict[str, object]]] = json.loads(
            (self.folder / "study" / "export.json").read_bytes())
        return body


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> _Study:
    """Three systems at 8, 12 and 24 frames a second on two prompts, exported once."""
    folder = tmp_path_factory.mktemp("exported")
    study = _Study(folder, *write_study(folder))
    assert study.export() == errors.OK, study.said
    return study


def _copy(exported: _Study, folder: Path) -> _Study:
    """The same study with its finished export, to be spoiled; the clips stay where they are."""
    for name in ("study", "export"):
        shutil.copytree(exported.folder / name, folder / name)
    return _Study(folder, exported.plan, exported.key)


def test_all_files_of_a_prompt_are_alike(exported: _Study) -> None:
    """Size of the file, rate, canvas, number of frames; one date for everything."""
    sizes, looks = defaultdict(set), set()
    for one in exported.plan.stimuli:
        path = exported.folder / "export" / settings.file_name(one.token)
        sizes[one.prompt].add(path.stat().st_size)
        with av.open(str(path)) as clip:
            video = clip.streams.video[0]
            looks.add((video.average_rate, video.width, video.height, sum(1 for _ in clip.decode(video))))
    assert looks == {(Fraction(24), *SIZE, 48)}
    assert len(sizes) == 3
    assert all(len(own) == 1 for own in sizes.values())
    dates = {path.stat().st_mtime for path in (exported.folder / "export").rglob("*")}
    assert dates == {settings.MTIME}


def test_no_two_files_are_equal_and_none_is_missing(exported: _Study) -> None:
    """Copies of a clip too; what the plan shows is there, and nothing else."""
    files = exported.files()
    clips = {name for name in files if name.startswith("clips/")}
    assert clips == {settings.file_name(one.token) for one in exported.plan.stimuli}
    assert {name for name in files if name.startswith("sessions/")} == {
        f"sessions/{session.id}.js" for session in exported.plan.sessions}
    assert len({files[name] for name in clips}) == len(clips)


def test_a_copy_shows_the_same_and_a_spoiled_clip_does_not(exported: _Study) -> None:
    """The identical pair differs in filling alone; the content check is plainly worse."""
    stimuli = {one.token: one for one in exported.plan.stimuli}
    session = exported.plan.sessions[0]
    shown = {trial.check: (_luma(exported, trial.left), _luma(exported, trial.right))
             for trial in session.trials if trial.check in ("identical", "content")}
    assert np.array_equal(*shown["identical"])
    content = next(trial for trial in session.trials if trial.check == "content")
    assert [stimuli[content.left].spoil, stimuli[content.right].spoil] == ["drifting", ""]
    spoiled, clean = (own.astype(int) for own in shown["content"])
    assert np.abs(spoiled[0] - clean[0]).mean() < 2
    assert np.abs(spoiled[-1] - clean[-1]).mean() > 10


def _luma(study: _Study, token: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with av.open(str(study.folder / "export" / settings.file_name(token))) as clip:
        return np.stack([planes(frame)[0].copy() for frame in clip.decode(video=0)])


def test_a_clip_looks_like_its_source_at_every_frame(exported: _Study) -> None:
    """Frame k of the file is the picture that is on screen in the source at that time."""
    for one in exported.plan.stimuli:
        if one.kind != "clip":
            continue
        source = exported.key.sources[one.source]
        with av.open(source.path) as clip:
            own = np.stack([planes(frame)[0].astype(int) for frame in clip.decode(video=0)])
        made = _luma(exported, one.token).astype(int)
        times = 48 // len(own)
        assert np.abs(made - np.repeat(own, times, axis=0)).mean(axis=(1, 2)).max() < 2.5


def test_nothing_in_the_export_names_a_method_or_a_check(exported: _Study) -> None:
    """Nor a system, a prompt, a source, or what kind of file one is."""
    words = {name for one in exported.key.systems.values() for name in (one.label, one.method)}
    words |= exported.key.systems.keys() | exported.key.prompts.keys() | exported.key.sources.keys()
    words |= set(exported.key.prompts.values()) | {"spoiled", "identical", "instructed", exported.key.secret}
    for path in sorted((exported.folder / "export").rglob("*")):
        held = path.read_bytes().lower() if path.is_file() else b""
        found = [word for word in words if word.lower().encode() in held]
        assert not found, path
    record = (exported.folder / "study" / "export.json").read_text().lower()
    assert not [one.label for one in exported.key.systems.values() if one.label.lower() in record]


def test_the_record_lists_every_file(exported: _Study) -> None:
    """By digest, size and frames."""
    files = exported.record()["files"]
    assert {name: own["sha256"] for name, own in files.items()} == exported.files()
    assert {own["frames"] for name, own in files.items() if name.startswith("clips/")} == {48}
    assert exported.record()["study_digest"] == planfile.digest(exported.plan)
    version = exported.record()["settings"]["page_version"]
    assert f'"page_version": "{version}"' in (exported.folder / "export" / "study.js").read_text()


def test_two_exports_are_the_same_byte_for_byte(exported: _Study, tmp_path: Path) -> None:
    """With another number of workers, in another folder, from nothing."""
    shutil.copytree(exported.folder / "study", tmp_path / "study")
    shutil.rmtree(tmp_path / "study" / "exported")
    again = _Study(tmp_path, exported.plan, exported.key)
    assert again.export(jobs=2) == errors.OK
    assert again.files() == exported.files()
    assert again.record() == exported.record()


def test_a_broken_off_export_goes_on(exported: _Study, tmp_path: Path) -> None:
    """Whole clips are kept; missing, cut and altered ones are made again; strays of an earlier plan go."""
    study = _copy(exported, tmp_path)
    clips = sorted((tmp_path / "export" / settings.CLIPS).iterdir())
    clips[0].unlink()
    clips[1].write_bytes(clips[1].read_bytes()[:900])
    data = bytearray(clips[2].read_bytes())
    data[700] ^= 1
    clips[2].write_bytes(data)
    (tmp_path / "export" / "clips" / f"{'0' * 16}.mp4").write_bytes(b"old")
    (tmp_path / "export" / "clips" / f".{'0' * 16}.mp4.partial").write_bytes(b"half")
    assert study.export() == errors.OK
    assert study.files() == exported.files()
    kept = int(study.said[0].split()[0])
    films = int(study.said[0].split()[2])
    assert films - 3 <= kept < films


def test_changed_and_missing_clips_are_named_together(exported: _Study, tmp_path: Path) -> None:
    """The export is not finished then and has no page; the same command goes on when they are back."""
    study = _copy(exported, tmp_path)
    clips = [one for one in exported.plan.stimuli if one.kind == "clip"][:2]
    changed, missing = (study.key.sources[one.source] for one in clips)
    moved = {clips[0].source: replace(changed, sha256="0" * 64),
             clips[1].source: replace(missing, path=str(tmp_path / "gone.mp4"), sha256="1" * 64)}
    keys.save(replace(study.key, sources={**study.key.sources, **moved}), tmp_path / "study" / keys.FILE)
    assert study.export() == errors.INCOMPLETE
    said = "\n".join(study.said)
    assert f"{changed.clip}: changed since the study was planned" in said
    assert f"{missing.clip}: no such file" in said
    assert "the same command goes on" in said
    assert not (tmp_path / "export" / "index.html").exists()
    assert not (tmp_path / "study" / "export.json").exists()
    keys.save(study.key, tmp_path / "study" / keys.FILE)
    assert study.export() == errors.OK
    assert study.files() == exported.files()


def test_a_flashing_clip_stops_the_export(exported: _Study, tmp_path: Path) -> None:
    """It is named; where it is wanted raters are warned, and the record says so by token."""
    study = _copy(exported, tmp_path)
    one = next(one for one in exported.plan.stimuli if one.kind == "clip")
    source = study.key.sources[one.source]
    pictures = scene("flash", 48)
    pictures[np.arange(48) % 4 < 2] //= 4
    digest = write_clip(tmp_path / "run" / "flash.mp4", pictures, 24)
    flashing = replace(source, path=str(tmp_path / "run" / "flash.mp4"), sha256=digest)
    keys.save(replace(study.key, sources={**study.key.sources, one.source: flashing}),
              tmp_path / "study" / keys.FILE)
    assert study.export() == errors.INCOMPLETE
    assert any(line.startswith(f"{source.clip}: flashes 6 times in a second") for line in study.said)
    assert study.export(allow_flashing=True) == errors.OK
    assert one.token in study.record()["flashing"]
    assert "Warning" in (tmp_path / "export" / "study.js").read_text()
    assert "Warning" not in (exported.folder / "export" / "study.js").read_text()


def test_wrong_addresses_and_a_wrong_key_are_refused_at_once(exported: _Study, tmp_path: Path) -> None:
    """All addresses at once."""
    study = _copy(exported, tmp_path)
    said = Wording(receiver="ftp://host/x")
    said = replace(said, outcomes=replace(said.outcomes, finished="javascript:alert(1)"))
    with pytest.raises(InputError, match=r"(?s)--receiver 'ftp.*--finished 'javascript"):
        study.export(said=said)
    keys.save(replace(study.key, sources={}), tmp_path / "other.json")
    with pytest.raises(InputError, match="not the one of this plan"):
        study.export(key=tmp_path / "other.json")
    assert study.files() == exported.files()


def test_too_few_prompts_for_logos_are_told(exported: _Study) -> None:
    assert any("Logos and captions" in line and "there are 2" in line for line in exported.said)


def test_words_for_raters_that_name_a_method_are_refused_at_once(exported: _Study, tmp_path: Path) -> None:
    """In all of them, as in the title of a plan; also in codings, which a browser undoes."""
    study, method = _copy(exported, tmp_path), next(iter(exported.key.systems.values())).method
    coded = "".join(f"%{ord(sign):x}" for sign in method)
    address = f"https://lab.example/{coded}"
    said = Wording(f"One of them is {method}.", f"{method}@lab.example", f"{method} pays", address,
                   Outcomes(address, address, address))
    with pytest.raises(InputError) as refused:
        study.export(said=said)
    for option in ("consent", "contact", "pay", "receiver", "finished", "screened", "failed"):
        assert f"--{option} names {method}" in str(refused.value)
    assert study.files() == exported.files()


def test_an_export_that_differs_from_the_locked_one_is_told(exported: _Study, tmp_path: Path) -> None:
    """The same export fits its lock; one with other words for raters does not."""
    study = _copy(exported, tmp_path)
    locked(tmp_path / "study")
    assert study.export() == errors.OK
    assert study.export(said=Wording(contact="lab@example.org")) == errors.INCOMPLETE
    assert "another export than was locked: 1 of" in study.said[-1]
    assert "study.js" in study.said[-1]


def test_the_command_exports_and_the_scan_finds_nothing(exported: _Study, tmp_path: Path) -> None:
    """As a user calls them, with the consent of the lab."""
    study = _copy(exported, tmp_path)
    (tmp_path / "consent.txt").write_text("You agree to look at rivers.\n")
    result = call("study", "export", tmp_path / "study", "--out", tmp_path / "export", "--receiver", ".",
                  "--consent", tmp_path / "consent.txt", "--finished", "https://example.org/done")
    assert code(result) == 0, told(result)
    assert "You agree to look at rivers." in (tmp_path / "export" / "study.js").read_text()
    # Completion codes come from the receiver; a page without one has to hold them.
    for session in exported.plan.sessions:
        name = f"export/sessions/{session.id}.js"
        assert '"code": ""' in (tmp_path / name).read_text()
        assert completion_code(exported.key, session.id) in (exported.folder / name).read_text()
    result = call("study", "scan", tmp_path / "export", "--key", tmp_path / "study" / keys.FILE)
    assert code(result) == 0, told(result)
    assert study.files().keys() == exported.files().keys()
    (tmp_path / "consent.txt").write_text(" ")
    result = call("study", "export", tmp_path / "study", "--out", tmp_path / "export", "--consent",
                  tmp_path / "consent.txt")
    assert code(result) == errors.USAGE
    assert "is empty: expected the text that raters read" in told(result)
