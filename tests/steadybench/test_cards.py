"""Cards on the command line: printed, written, and unknown names answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from metrics.cards import page, pages
from steadybench.cli import cli
from steadybench.errors import USAGE, InputError


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments])


@pytest.mark.parametrize("name", ["drift", "drift.late"])
def test_a_card_is_printed(name: str) -> None:
    assert run("metrics", "--card", name).output == page(name)


def test_an_unknown_card_is_wrong_usage_and_names_the_nearest() -> None:
    done = run("metrics", "--card", "drift.lat")
    assert isinstance(done.exception, InputError) and done.exception.exit_code == USAGE
    assert done.output == "" and "drift.late" in str(done.exception)


def test_cards_are_written_into_a_new_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cards"
    assert run("metrics", "--cards", folder).output == ""
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == pages()


def test_without_options_every_number_is_listed() -> None:
    listed = run("metrics").output
    assert all(metric in listed for metric in ("* drift.onset", "drift.tone", "task_panel.fbd"))
