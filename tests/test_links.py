"""Links between the pages lead somewhere, and pages that code and other pages name are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = ("steadybench", "generators", "metrics", "prompts", "reports", "benchmarks")
PAGES = ("README.md", "CHANGELOG.md", "docs/**/*.md", "generators/**/*.md")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
NAMED = re.compile(r"\bdocs/[\w./-]*\w\.(?:md|png|svg)\b")


def pages(root: Path) -> list[Path]:
    return sorted({path for pattern in PAGES for path in root.glob(pattern)})


def anchors(text: str) -> set[str]:
    """Anchors of the headings, as GitHub makes them: a heading that comes again gets a number."""
    found: dict[str, int] = {}
    for heading in HEADING.findall(FENCE.sub("", text)):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        again = found[anchor] = found.get(anchor, -1) + 1
        found.setdefault(f"{anchor}-{again}" if again else anchor, 0)
    return set(found)


def broken(root: Path) -> Iterator[str]:
    """Relative links of the pages that lead to no file or no heading."""
    for page in pages(root):
        text = FENCE.sub("", page.read_text(encoding="utf-8"))
        for link in LINK.findall(re.sub(r"`[^`\n]*`", "", text)):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = page.parent / name if name else page
            if not target.exists():
                yield f"{page.relative_to(root)}: {link}: no such file"
            elif anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
                yield f"{page.relative_to(root)}: {link}: no such heading"


def missing(root: Path) -> Iterator[str]:
    """Pages that code, settings or other pages name from the project's root, and that are not there."""
    sources = [
        path
        for folder in CODE
        for ending in ("py", "toml", "j2", "html")
        for path in (root / folder).rglob(f"*.{ending}")
    ]
    for path in [*sources, *pages(root)]:
        for name in sorted(set(NAMED.findall(path.read_text(encoding="utf-8")))):
            if not (root / name).exists():
                yield f"{path.relative_to(root)}: {name}"


def test_every_link_leads_somewhere() -> None:
    assert len(pages(ROOT)) > 30
    assert list(broken(ROOT)) == []


def test_every_page_that_is_named_is_there() -> None:
    assert list(missing(ROOT)) == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_text("# One `two`: three!\n## Twice\n## Twice\n```\n# no heading\n```\n")
    (tmp_path / "README.md").write_text(
        "[a](docs/a.md) ![b](docs/b.png) [c](docs/a.md#one-two-three) [d](docs/a.md#no-heading) "
        "[e](#here)\n[f](https://example.org/x.md) `[g](none.md)` [h](docs/a.md#twice-1) "
        "[i](docs) [j](docs/a.md#twice-2)\n"
        "# Here\ndocs/gone.md\n```\n[k](none.md)\n```\n"
    )
    assert list(broken(tmp_path)) == [
        "README.md: docs/b.png: no such file",
        "README.md: docs/a.md#no-heading: no such heading",
        "README.md: docs/a.md#twice-2: no such heading",
    ]
    assert list(missing(tmp_path)) == ["README.md: docs/b.png", "README.md: docs/gone.md"]
