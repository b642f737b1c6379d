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


@click.command()
@click.argument("folder", type=FILE)
@click.option("--published", is_flag=True, help="Show published values of all panels, measured here or not.")
def report(folder: Path, published: bool) -> int:
    """Build tables and report again from the records in FOLDER; measures nothing."""
    from steadybench.score import Order, rebuild

    return end(rebuild(Order(folder, words(), published=published), progress()))
