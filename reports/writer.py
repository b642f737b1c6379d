"""Writes pages through one template environment, and removes those of an earlier build that are gone."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.files import write_atomic

_HERE = Path(__file__).parent
ASSETS = _HERE / "assets"
"""Styles and scripts that every report gets."""
FOLDERS = ("clip", "prompt", "method", "metric", "pair", "records", "assets")
"""Folders of the report that hold nothing but what a build writes there."""
_OURS = re.compile(r".*\.(html|js|css|svg|json)")


class _Squeezed(FileSystemLoader):
    """Templates without their indentation, so that pages stay small; texts put into them are not touched."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, filename, fresh = super().get_source(environment, template)
        return _squeezed(source), filename, fresh


@functools.cache
def _environment() -> Environment:
    """Templates, which are compiled once a process."""
    return Environment(
        loader=_Squeezed(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, finalize=_short,
    )


class Writer:
    """One build of a report's folder."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._written: set[Path] = set()

    def page(self, name: str, template: str, context: Mapping[str, Any]) -> Path:
        """Render a template to the file ``name`` below the report's folder."""
        return self.file(name, _environment().get_template(template).render(context))

    def file(self, name: str, content: str | bytes) -> Path:
        """Write a file below the report's folder."""
        path = self.out / name
        write_atomic(path, content)
        self._written.add(path)
        return path

    def keep(self, name: str) -> Path:
        """Count a file that lies below the report's folder already as one of this build."""
        path = self.out / name
        self._written.add(path)
        return path

    def assets(self) -> None:
        """Copy styles and scripts, without their indentation."""
        for asset in sorted(ASSETS.iterdir()):
            self.file(f"assets/{asset.name}", _squeezed(asset.read_text(encoding="utf-8")))

    def prune(self) -> None:
        """Remove pages, scripts and styles of an earlier build that this one did not write."""
        for folder in (self.out / name for name in FOLDERS):
            for path in sorted(folder.glob("*")):
                if path not in self._written and _OURS.fullmatch(path.name):
                    path.unlink()
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _squeezed(source: str) -> str:
    """Take away indentation and empty lines, of which pages and scripts have no use."""
    return re.sub(r"\n\s+", "\n", source)


def _short(value: object) -> object:
    """Print whole numbers without a decimal point."""
    return f"{value:.10g}" if isinstance(value, float) else value
