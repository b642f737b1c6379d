"""Weights and published checkpoints: what is here, what is fetched, what is whole."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench.commands.shared import FILE
from steadybench.commands.talk import progress


@click.group()
def weights() -> None:
    """Look after weights: of the networks that panels and --flow raft use, and published checkpoints."""


@weights.command("list")
def weights_list() -> int:
    """List all weights and checkpoints: size, licence, digest, sources, what needs them, and what is here."""
    from steadybench.weights import show

    return show(click.echo)


@weights.command("fetch")
@click.argument("names", nargs=-1)
def weights_fetch(names: tuple[str, ...]) -> int:
    """Download NAMES and check the digests; without names, all weights that panels miss.

    A published checkpoint, such as self-forcing, comes only by its name, for it has 6 to 17 GB; wan-base is
    what all checkpoints need besides, 12 GB. Files that are whole stay where the command is ended.
    STEADYBENCH_WEIGHTS names another folder for weights, STEADYBENCH_MODELS for checkpoints,
    STEADYBENCH_OFFLINE=1 forbids the network.
    """
    from steadybench.weights import get

    return get(names, progress())


@weights.command("verify")
def weights_verify() -> int:
    """Read every file that is here and compare its digest."""
    from steadybench.weights import verify

    return verify(click.echo)


@weights.command("import")
@click.argument("folder", type=FILE)
def weights_import(folder: Path) -> int:
    """Find weights anywhere in FOLDER, under any name, and copy those whose digest is right."""
    from steadybench.weights import take

    return take(folder, click.echo)
