"""Check an adapter against the contract, for people who write one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from generators.contract import GeneratorError, Job
from generators.findings import STATUSES, Finding
from prompts.types import Prompt
from steadybench.errors import INCOMPLETE, OK, InputError
from steadybench.execute import Limits, run_all
from steadybench.plan import Format
from steadybench.progress import Say
from steadybench.studio import Studio


@dataclass(frozen=True, slots=True)
class CheckTask:
    """One adapter to check with one job."""

    spec: str
    options: Mapping[str, str]
    job: Job


def check_adapter(
    spec: str,
    options: Mapping[str, str],
    prompt: Prompt,
    shape: Format,
    studio: Studio,
    seconds: float,
    say: Say,
) -> int:
    """Run the conformance suite, say one line a check, and return the exit code.

    The suite runs in a process of its own, so that an adapter that crashes or hangs is told as such.

    Args:
        spec: ``method`` or ``method:configuration``.
        options: settings of the adapter.
        prompt: what the short clips are to show.
        shape: their length and picture.
        studio: loads the adapter.
        seconds: time limit of the whole suite.
        say: takes the lines.

    Raises:
        InputError: there is no such method, its options are wrong, or it does not make this format.
    """
    try:
        info = studio.load(spec, options).info
    except GeneratorError as error:
        raise InputError(str(error)) from None
    if faults := shape.faults(info):
        raise InputError(f"{spec}: {'; '.join(faults)}")
    task = CheckTask(spec, options, shape.job(prompt, 0, info))
    with closing(
        run_all(partial(run_suite, studio), [task], Limits(1, seconds, one_thread=False))
    ) as outcomes:
        (outcome,) = outcomes
    findings = outcome.result or [Finding("suite", "failed", outcome.failure)]
    for finding in findings:
        say(f"{finding.status:<8} {finding.check:<16} {finding.message}")
    count = Counter(finding.status for finding in findings)
    say(f"{len(findings)} checks: " + ", ".join(f"{count[status]} {status}" for status in STATUSES))
    return INCOMPLETE if count["failed"] else OK


def run_suite(studio: Studio, task: CheckTask) -> list[Finding]:
    """Run the suite in a worker process."""
    from generators.conformance import check

    return check(studio.load(task.spec, task.options), task.job)
