"""Check an adapter against the contract, for people who write one."""

from __future__ import annotations

from collections.abc import Mapping

from generators.contract import GeneratorError
from prompts.types import Prompt
from steadybench.errors import INCOMPLETE, OK, InputError
from steadybench.measuring import Say
from steadybench.plan import Format
from steadybench.studio import Studio


def check_adapter(
    spec: str, options: Mapping[str, str], prompt: Prompt, shape: Format, studio: Studio, say: Say
) -> int:
    """Run the conformance suite, say one line a check, and return the exit code.

    Raises:
        InputError: there is no such method, its options are wrong, or it does not make this format.
    """
    from generators.conformance import check

    try:
        generator = studio.load(spec, options)
    except GeneratorError as error:
        raise InputError(str(error)) from None
    if faults := shape.faults(generator.info):
        raise InputError(f"{spec}: {'; '.join(faults)}")
    findings = check(generator, shape.job(prompt, 0, generator.info))
    for finding in findings:
        say(f"{finding.status:<8} {finding.check:<16} {finding.message}")
    return INCOMPLETE if any(finding.status == "failed" for finding in findings) else OK
