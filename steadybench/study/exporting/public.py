"""What the rating page is told of a study."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

from reports.rating.model import Asked, Outcomes, PublicStudy, Shown, Sitting, Texts
from steadybench.errors import InputError
from steadybench.study import planfile
from steadybench.study.exporting.flashing import MOST
from steadybench.study.exporting.order import Made
from steadybench.study.key import Key, token
from steadybench.study.model import Plan, Session
from steadybench.study.planning import limits

CODE = 8
"""Hex digits of a completion code."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What whoever runs the study says to raters."""

    consent: str = ""
    """Empty for the usual text."""
    contact: str = ""
    pay: str = ""
    receiver: str = ""
    outcomes: Outcomes = field(default_factory=Outcomes)


def read_text(path: Path) -> str:
    """Text of a file, for raters.

    Raises:
        InputError: it cannot be read, is empty or is no UTF-8 text.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text: {error}.") from None
    if not text:
        raise InputError(f"{path} is empty: expected the text that raters read before they agree.")
    return text


def check_wording(said: Wording) -> None:
    """Refuse addresses that a browser cannot follow from the page.

    Raises:
        InputError: names all of them.
    """
    faults = []
    if said.receiver not in ("", ".") and not _is_address(said.receiver):
        faults.append(f"--receiver {said.receiver!r}: expected '.' for the page's own host, or an http "
                      "address.")
    for name in ("finished", "screened", "failed"):
        address = getattr(said.outcomes, name)
        if address and not _is_address(address):
            faults.append(f"--{name} {address!r}: expected an address that begins with https:// or http://.")
    if faults:
        raise InputError(" ".join(faults))


def by_option(said: Wording) -> dict[str, str]:
    """All that was said to raters, by the option that said it."""
    own = said.outcomes
    return {
        "--consent": said.consent, "--contact": said.contact, "--pay": said.pay, "--receiver": said.receiver,
        "--finished": own.finished, "--screened": own.screened, "--failed": own.failed,
    }  # fmt: skip


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)


def public(plan: Plan, key: Key, made: Mapping[str, Made], said: Wording) -> PublicStudy:
    """Everything that raters may know.

    Args:
        plan: of the study.
        key: for completion codes, which the page has only where no receiver gives them.
        made: what is known of each file, by token.
        said: texts and addresses.
    """
    training = {one.question: one for one in plan.training}
    seconds = {name: one.frames / float(Fraction(one.rate)) for name, one in made.items()}
    minutes = [_minutes(session, seconds) for session in plan.sessions]

    def code(session: Session) -> str:
        return "" if said.receiver else completion_code(key, session.id)

    return PublicStudy(
        study_digest=planfile.digest(plan), title=plan.settings.title,
        questions=tuple(
            Asked(one.id, one.text, one.definition, training[one.id].left, training[one.id].right,
                  training[one.id].answer, one.training) for one in plan.questions),
        sittings=tuple(sorted((_sitting(one, code(one)) for one in plan.sessions), key=lambda own: own.id)),
        texts=texts(said, [one.flashes for one in made.values()]),
        outcomes=said.outcomes, canvas=plan.canvas,
        highest_fps=max(float(Fraction(one.rate)) for one in made.values()),
        source_fps=max(one.pictures_fps for one in made.values()),
        minutes=max(minutes), receiver=said.receiver, rater_salt=plan.rater_salt, seconds=seconds,
    )  # fmt: skip


def completion_code(key: Key, session: str) -> str:
    """What a rater of this session hands to the platform where there is no receiver."""
    return token(key.secret, "completion", session, digits=CODE).upper()


def _sitting(session: Session, code: str) -> Sitting:
    trials = tuple(Shown(one.id, one.left, one.right) for one in session.trials)
    return Sitting(session.id, session.question, session.break_after, code, trials)


def _minutes(session: Session, seconds: Mapping[str, float]) -> int:
    shown = sum(seconds[one.left] for one in session.trials) / len(session.trials)
    return math.ceil(limits.minutes(shown, len(session.trials)))


def texts(said: Wording, flashes: list[float]) -> Texts:
    """What raters read before they agree; most flashes in any second of each clip."""
    return Texts(said.consent or _CONSENT, _WITHDRAWAL, _flashing(flashes), said.contact, said.pay)


_CONSENT = (
    "You will see pairs of short video clips of nature and say which of the two fits a question better. "
    "There is no right or wrong taste; a few pairs check whether the clips play well and whether you are "
    "still with us. The clips have no sound.\n\n"
    "The answers may be published, without anything that tells who gave them.\n\n"
    "Taking part is your free choice."
)
_WITHDRAWAL = (
    "You may stop at any time without giving a reason. Press “Withdraw” and your answers are deleted "
    "here, and at the receiver where there is one."
)  # fmt: skip


def _flashing(flashes: list[float]) -> str:
    over = sum(1 for one in flashes if one > MOST)
    if over:
        return (
            f"Warning: {over} of {len(flashes)} clips flash more than {MOST} times in a second. Do not "
            "take part if flashing light may cause you seizures or migraine."
        )  # fmt: skip
    return (
        f"All clips were screened: none flashes more than {MOST} times in a second. Clips of fire, "
        "water and light still flicker a little; do not take part if that may harm you."
    )  # fmt: skip
