"""Measuring clips that are there, and building the report again."""

from __future__ import annotations

import os
from pathlib import Path

import click

from steadybench import options
from steadybench.commands.scoring import Scoring, scoring
from steadybench.commands.shared import FILE
from steadybench.commands.talk import end, progress, words


@click.command()
@click.argument("paths", nargs=-1, type=FILE)
@click.option("--manifest", type=FILE, help="CSV that names method, prompt, seed and mask of each clip.")
@scoring
def score(paths: tuple[Path, ...], manifest: Path | None, how: Scoring) -> int:
    """Measure clips: video files, folders of them, or the clips of a manifest.

    The same command again goes on where it stopped; nothing that was measured is measured twice.
    """
    if not paths and manifest is None:
        raise click.UsageError("Name a video file or a folder, or give a --manifest.")
    from steadybench.score import score_paths

    return end(score_paths(paths, manifest, how.measurer(), how.order(), progress()))


_PAIRS = (
    "Pairs of clips to draw overlays for (flow, mask, change since the start), for the pair view. "
    "METHOD,METHOD or METHOD,METHOD@PROMPT or METHOD,METHOD@PROMPT/SEED, by name as in the leaderboard; "
    "CLIP,CLIP by name or key; or best-worst: for each prompt the clip that holds longest and the one that "
    "fails first. May be given again. FOLDER keeps the choice for later reports; what is given later adds "
    "to it, and none forgets it."
)


@click.command()
@click.argument("folder", type=FILE)
@click.option("--published", is_flag=True, help="Show published values of all panels, measured here or not.")
@click.option("--pairs", multiple=True, metavar="RULE", help=_PAIRS)
@click.option(
    "--single-file", is_flag=True,
    help="Write FOLDER/report.html too: everything in one file, with stills and without clips.",
)
@click.option(
    "--link-clips", is_flag=True,
    help="Players point at the clips where they lie, instead of links or copies of them in the report.",
)
@click.option(
    "--transcode", type=click.Choice(["480p", "360p"]),
    help="Light copies: show larger clips with a short side of this many pixels.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes.  [default: one a core]")
@click.option(
    "--format", "formats", multiple=True, callback=options.formats, metavar="FORMAT",
    help="Tables in FOLDER/exports too: csv, parquet, latex, markdown or json; several with commas.",
)
@click.option("--to", metavar="FILE", default="", help="The leaderboard alone, in that format; - for stdout.")
@click.option(
    "--figures", is_flag=False, flag_value="", metavar="[DIR]",
    help="Figures for papers as PDF and PNG.  [default DIR: FOLDER/exports/figures]",
)
def report(
    folder: Path, published: bool, pairs: tuple[str, ...], single_file: bool, link_clips: bool,
    transcode: str | None, jobs: int | None, formats: tuple[str, ...], to: str, figures: str | None,
) -> int:
    """Build tables and report again from the records in FOLDER; measures nothing."""
    from reports.modes import Mode
    from steadybench.execute import Limits
    from steadybench.exporting import STANDARD_OUTPUT, Exports, check
    from steadybench.score import Order, rebuild

    exports = Exports(formats, to, figures)
    check(exports)

    if single_file and (link_clips or transcode):
        raise click.UsageError("--single-file holds no clips: leave out --link-clips and --transcode.")
    if link_clips and transcode:
        raise click.UsageError("--link-clips shows the clips themselves: leave out --transcode.")
    mode = Mode(link_clips, int(transcode.removesuffix("p")) if transcode else None, single_file)
    limits = Limits(jobs or len(os.sched_getaffinity(0)))
    how = Order(folder, words(), limits, published=published, pairs=pairs, mode=mode,
                exports=exports)
    return end(rebuild(how, progress()), aside=to == STANDARD_OUTPUT)
