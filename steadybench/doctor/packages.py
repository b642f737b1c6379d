"""Python and the packages: what everything needs, and what the extras bring."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

from steadybench import __version__
from steadybench.doctor.finding import Asked, Finding

OLDEST_PYTHON = (3, 11)

NEEDED = (
    "av>=15,<19",
    "click>=8.1",
    "jinja2>=3.1",
    "markdown-it-py>=3.0",
    "numpy>=2.0",
    "opencv-python-headless>=4.10",
    "pandas>=2.2",
    "pyarrow>=17",
    "pyyaml>=6.0",
    "scikit-image>=0.24",
    "scipy>=1.13",
    "statsmodels>=0.14.2",
)
EXTRAS = {
    "engine": ("torch>=2.4", "safetensors>=0.4"),
    "wan": (
        "accelerate>=1.0",
        "diffusers>=0.35",
        "ftfy>=6.1",
        "huggingface-hub>=0.34",
        "safetensors>=0.4",
        "tokenizers>=0.21",
        "torch>=2.4",
        "transformers>=4.49",
    ),
    "panels": ("torch>=2.4", "torchvision>=0.19", "open-clip-torch>=2.30", "timm>=1.0", "lpips>=0.1.4"),
    "figures": ("matplotlib>=3.9",),
    "study": ("waitress>=3.0", "werkzeug>=3.0"),
}
"""As in ``pyproject.toml``, which an installation does not always carry along; a test compares."""


def check(asked: Asked) -> Iterator[Finding]:
    """Python, the core packages, and every extra."""
    yield _python()
    wrong = faults_of(NEEDED)
    if wrong:
        yield Finding("fault", "steadybench", f"{__version__}, but {'; '.join(wrong)}", _install(""))
    else:
        yield Finding("ok", "steadybench", f"{__version__}, with all {len(NEEDED)} packages that it needs")
    needs = _needed(asked)
    for extra, wanted in EXTRAS.items():
        yield _extra(extra, wanted, needed=extra in needs)


def faults_of(wanted: Sequence[str]) -> list[str]:
    """Packages that are missing, too old or too new, in words; empty where all fit."""
    found = []
    for requirement in wanted:
        name, bounds = _parts(requirement)
        have = _version(name)
        if not have:
            found.append(f"{name} is missing")
        elif not all(_holds(have, sign, bound) for sign, bound in bounds):
            found.append(f"{name} is {have}, expected {requirement.removeprefix(name)}")
    return found


def _python() -> Finding:
    have = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        return Finding("fault", "Python", f"{have}, expected {wanted} or newer", f"install Python {wanted}")
    return Finding("ok", "Python", f"{have} at {sys.executable}")


def _needed(asked: Asked) -> set[str]:
    """Extras that the methods that were asked for cannot do without."""
    if not asked.methods:
        return set()
    from generators.engine import backbones
    from steadybench.outlook.engine import runs_on

    networks = {runs_on(spec, options) for spec, options in asked.methods} - {None}
    return {backbones.source(name).blueprint("cpu").extra for name in networks if name} | (
        {"engine"} if networks else set()
    )


def _extra(name: str, wanted: Sequence[str], *, needed: bool) -> Finding:
    wrong, subject = faults_of(wanted), f"extra [{name}]"
    if not wrong:
        have = ", ".join(f"{part} {_version(part)}" for part in (_parts(each)[0] for each in wanted))
        return Finding("ok", subject, have)
    if needed:
        return Finding("fault", subject, "; ".join(wrong), _install(name))
    if all(told.endswith("is missing") for told in wrong):
        return Finding("skipped", subject, "; ".join(wrong), _install(name))
    return Finding("warning", subject, "; ".join(wrong), _install(name))


def _install(extra: str) -> str:
    return f"pip install --upgrade 'steadybench[{extra}]'" if extra else "pip install --upgrade steadybench"


def _parts(requirement: str) -> tuple[str, list[tuple[str, str]]]:
    name = re.split(r"[<>=]", requirement, maxsplit=1)[0]
    return name, re.findall(r"(>=|<)([\d.]+)", requirement)


def _holds(have: str, sign: str, bound: str) -> bool:
    numbers = [tuple(int(part) for part in re.findall(r"\d+", text)[:3]) for text in (have, bound)]
    return numbers[0] >= numbers[1] if sign == ">=" else numbers[0] < numbers[1]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
