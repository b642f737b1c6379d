"""Records lie in the report's own folder, once on the disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reports.build import build
from reports.gather import shots
from reports.model import ReportInput
from reports.records import record_files
from tests.reports import made


def with_records(folder: Path, *names: str) -> ReportInput:
    data = made.story_report(folder)
    kept = {name: folder / f"{name.replace('/', '_')}.json" for name in names}
    for path in kept.values():
        path.write_text("{}\n")
    return replace(data, clips=(replace(data.clips[0], records=kept), *data.clips[1:]))


def test_records_are_links_and_go_with_their_clip(tmp_path: Path) -> None:
    data = with_records(tmp_path, "drift", "premise")
    (paths,) = [paths for shot in shots(data) if (paths := record_files(shot))]
    key = data.clips[0].clip_sha256[:12]

    for _ in range(2):
        build(data, tmp_path / "out")

        assert paths == (("drift", f"records/{key}.drift.json"), ("premise", f"records/{key}.premise.json"))
        assert sorted((tmp_path / "out" / "records").iterdir()) == [tmp_path / "out" / p for _, p in paths]
        for name, path in paths:
            assert (tmp_path / "out" / path).samefile(data.clips[0].records[name])

    gone = data.clips[0].clip_sha256
    fewer = data.results[data.results.clip_sha256 != gone]
    build(replace(data, clips=data.clips[1:], results=fewer), tmp_path / "out")
    assert not list((tmp_path / "out").glob("records/*"))


def test_a_record_that_has_gone_has_no_link(tmp_path: Path) -> None:
    data = with_records(tmp_path, "drift")
    data.clips[0].records["drift"].unlink()

    build(data, tmp_path / "out")

    assert all(record_files(shot) == () for shot in shots(data))


def test_a_measurement_of_any_name_stays_in_the_folder(tmp_path: Path) -> None:
    data = with_records(tmp_path, "../../evil")

    build(data, tmp_path / "out")

    (only,) = (tmp_path / "out" / "records").iterdir()
    assert only.name.endswith(".json")
