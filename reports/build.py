"""Writes the report: a folder of plain files that opens by double click."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.checks import check
from reports.clip_data import clip_data, legend
from reports.clip_page import clip_context
from reports.files import write_atomic
from reports.gather import setup_of, shots
from reports.index_page import index_context
from reports.labels import labels
from reports.media import prepare
from reports.model import ReportInput
from reports.pages import Shown, shared_facts
from reports.standings import Standings
from reports.steady_tables import standings_of

_HERE = Path(__file__).parent
_OURS = re.compile(r"[0-9a-f]{12}(\.strip)?\.(html|js|json|jpg|mp4)")


class _Squeezed(FileSystemLoader):
    """Templates without their indentation, so that pages stay small; texts put into them are not touched."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, filename, fresh = super().get_source(environment, template)
        return re.sub(r"\n\s+", "\n", source), filename, fresh


def build(data: ReportInput, out: Path, told: Callable[[], None] = lambda: None,
          given: Standings | None = None) -> Path:
    """Write ``index.html``, one page per clip, assets and media into ``out``; return the index.

    The pages follow from ``data`` alone and come out the same to the byte. Media of an earlier build are
    reused, pages and media of clips that are gone are removed. Raises ``ValueError`` that lists what is
    wrong with the input, ``OSError`` where a file cannot be written. A clip that is missing or cannot be
    decoded is shown without player. ``told`` is called whenever a clip's media are ready. ``given`` are the
    standings of ``data``, to save working them out again.
    """
    check(data)
    found = shots(data)
    named = labels(found)
    shown = []
    for shot in found:
        media = prepare(shot.path, shot.key, out / "clips")
        shown.append(Shown(shot, media, named[setup_of(shot.entry)]))
        told()
    environment = _environment()
    _clip_pages(environment, data, shown, out)
    for asset in sorted((_HERE / "assets").iterdir()):
        write_atomic(out / "assets" / asset.name, asset.read_bytes())
    write_atomic(out / "assets" / "legend.js", legend(data))
    index = out / "index.html"
    context = index_context(data, shown, given or standings_of(data))
    write_atomic(index, environment.get_template("index.html").render(context))
    _prune(out, {clip.shot.key for clip in shown})
    return index


def _environment() -> Environment:
    return Environment(
        loader=_Squeezed(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, finalize=_short,
    )


def _short(value: object) -> object:
    """Print whole numbers without a decimal point."""
    return f"{value:.10g}" if isinstance(value, float) else value


def _clip_pages(environment: Environment, data: ReportInput, shown: Sequence[Shown], out: Path) -> None:
    shared = shared_facts(shown)
    template = environment.get_template("clip.html")
    for i, clip in enumerate(shown):
        before = shown[i - 1].shot if i else None
        after = shown[i + 1].shot if i + 1 < len(shown) else None
        context = clip_context(data, clip, shared, before, after)
        write_atomic(out / "clip" / f"{clip.shot.key}.html", template.render(context))
        write_atomic(out / "clip" / f"{clip.shot.key}.js", clip_data(clip))


def _prune(out: Path, keys: set[str]) -> None:
    """Remove pages and media of clips that no longer belong to the report, and nothing else."""
    for folder in (out / "clip", out / "clips"):
        for path in sorted(folder.glob("*")):
            if _OURS.fullmatch(path.name) and path.name[:12] not in keys:
                path.unlink()
