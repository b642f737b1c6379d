"""What a platform is given so that raters find their sessions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit, urlunsplit

from reports.csvtext import csv_text
from steadybench import atomic
from steadybench.errors import InputError
from steadybench.study.receiver.published import Published

Platform = Literal["mturk", "prolific", "plain"]

_WHO = "PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
"""Placeholders that Prolific fills in."""
_CODES = {
    "finished": ("COMPLETED", "who finish"),
    "screened": ("SCREENED_OUT", "whose device cannot show the clips"),
    "failed": ("OTHER", "whom a technical failure stops"),
}
"""Kind of completion code and its raters, by outcome."""
_LAYOUT = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <p>The study opens in a window of its own. Keep this one: the code at the end of the study goes here.</p>
  <p><a href="${study_url}" target="_blank" rel="noreferrer">Open the study</a></p>
  <p>Should the study end without a code, enter <b>none</b>: we shall look at it by hand.</p>
  <crowd-input name="completion_code" label="Completion code" required></crowd-input>
</crowd-form>
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Files for a platform, and what is to be done with them."""

    files: Mapping[Path, str]
    told: tuple[str, ...]


def make(published: Published, platform: Platform, url: str, out: Path) -> Batch:
    """Make what a platform is given.

    Args:
        published: the export that lies at ``url``.
        platform: whose form it takes.
        url: address of the rating page, http or https.
        out: the file to write.

    Raises:
        InputError: the address is none.
    """
    _check(url)
    makers: Mapping[Platform, Callable[[Published, str, Path], Batch]] = {
        "mturk": _mturk, "prolific": _prolific, "plain": _plain}
    return makers[platform](published, url, out)


def write(batch: Batch) -> None:
    """Write its files.

    Raises:
        StorageError: one cannot be written.
    """
    for path, text in batch.files.items():
        atomic.write_text(path, text)


def with_query(url: str, query: str) -> str:
    """An address with more in its query."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, query)))))


def _mturk(published: Published, url: str, out: Path) -> Batch:
    layout = out.with_suffix(".layout.html")
    return Batch({out: _sessions(published, url), layout: _LAYOUT}, (
        f"{out}: one HIT for each of {len(published.seats)} sessions. Set one assignment per HIT.",
        f"{layout}: the layout of the project; its field completion_code comes back with the results.",
        "Let nobody take more than one HIT: the page cannot tell that they are one rater.",
    ))


def _plain(published: Published, url: str, out: Path) -> Batch:
    return Batch({out: _sessions(published, url)}, (
        f"{out}: one address for each of {len(published.seats)} sessions. Give each to one rater.",))


def _sessions(published: Published, url: str) -> str:
    rows = ([with_query(url, f"session={session}"), session] for session in sorted(published.seats))
    return csv_text(("study_url", "session_id"), rows)


def _prolific(published: Published, url: str, out: Path) -> Batch:
    """The fields of a study as Prolific's interface for programs names them."""
    codes, told = _codes(published)
    study: dict[str, object] = {"total_available_places": len(published.seats), "completion_codes": codes}
    if published.receiver:
        study["external_study_url"] = with_query(url, _WHO)
        told.insert(0, f"{out}: one address for all; the receiver gives each rater a session of its own.")
    else:
        study["access_details"] = [
            {"external_url": with_query(url, f"session={session}&{_WHO}"), "total_allocation": 1}
            for session in sorted(published.seats)
        ]
        told.insert(0, f"{out}: one address a session with one place each, for a taskflow: without a "
                    "receiver nobody else can give out sessions evenly.")
    return Batch({out: json.dumps(study, indent=1, sort_keys=True) + "\n"}, tuple(told))


def _codes(published: Published) -> tuple[list[dict[str, object]], list[str]]:
    """Completion codes by outcome, out of the addresses to which the page leads at the end."""
    codes: list[dict[str, object]] = []
    told: list[str] = []
    for outcome, (kind, whose) in _CODES.items():
        address = published.outcomes.get(outcome, "")
        if found := parse_qs(urlsplit(address).query).get("cc"):
            codes.append({"code": found[0], "code_type": kind, "actions": [{"action": "MANUALLY_REVIEW"}]})
            told.append(f"Set the code {found[0]} for raters {whose}.")
        else:
            told.append(f"No address for raters {whose}: export again with --{outcome} "
                        "https://app.prolific.com/submissions/complete?cc=CODE.")
    return codes, told


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        raise InputError(f"--url {url}: expected the address of the rating page, like https://lab.example/study/.")
