"""Measuring clips that are there, and building the report again."""

from __future__ import annotations

from pathlib import Path

import click

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
    "holds shortest. May be given again. FOLDER keeps the choice for later reports until another one is made; "
    "none forgets it."
)


@click.command()
@click.argument("folder", type=FILE)
@click.option("--published", is_flag=True, help="Show published values of all panels, measured here or not.")
@click.option("--pairs", multiple=True, metavar="RULE", help=_PAIRS)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Worker processes for overlays."
)
def report(folder: Path, published: bool, pairs: tuple[str, ...], jobs: int) -> int:
    """Build tables and report again from the records in FOLDER; measures nothing."""
    from steadybench.execute import Limits
    from steadybench.score import Order, rebuild

    how = Order(folder, words(), Limits(jobs), published=published, pairs=pairs)
    return end(rebuild(how, progress()))
