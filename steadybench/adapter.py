"""Check an adapter against the contract, for people who write one."""

from __future__ import annotations

from collections.abc import Mapping

from generators.contract import GeneratorError, Job
from prompts.types import Prompt
from steadybench.errors import INCOMPLETE, OK, InputError
from steadybench.measuring import Say
from steadybench.plan import Format


def check_adapter(spec: str, options: Mapping[str, str], prompt: Prompt, shape: Format, say: Say) -> int:
    """Run the conformance suite, say one line a check, and return the exit code.

    Raises:
        InputError: there is no such method, or its options are wrong.
    """
    from generators.conformance import check
    from generators.registry import load

    try:
        generator = load(spec, options)
    except GeneratorError as error:
        raise InputError(str(error)) from None
    job = Job(prompt, 0, shape.seconds, shape.fps, shape.width, shape.height)
    findings = check(generator, job)
    for finding in findings:
        say(f"{finding.status:<8} {finding.check:<16} {finding.message}")
    return INCOMPLETE if any(finding.status == "failed" for finding in findings) else OK
