"""The receiver of answers."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench import options
from steadybench.commands.shared import FILE
from steadybench.commands.talk import say


@click.command()
@click.argument("export", type=FILE)
@click.option("--answers", type=FILE, required=True, help="Folder for answers; must not lie in the export.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any.")
@click.option(
    "--allow-origin", "origins", multiple=True, metavar="ORIGIN",
    help="Another site whose page may post here, like https://lab.example; or the name of a web server in "
    "front; 'null' for pages opened from disk. May be given again.",
)
@click.option(
    "--expire", "hours", type=click.FloatRange(min=0, min_open=True), default=2.0, show_default=True,
    callback=options.finite,
    help="Hours without an answer after which a session may go to another rater.",
)
def serve(export: Path, answers: Path, host: str, port: int, origins: tuple[str, ...], hours: float) -> None:
    """Show EXPORT to raters and keep their answers, one file a session, until stopped.

    An answer is confirmed to a page only when it is on disk. Start the same command again after any end:
    nothing that was confirmed is lost, and pages send the rest again by themselves.
    """
    from steadybench.study.receiver.run import serve as serve_export

    serve_export(export, answers, host, port, origins, hours, say)
