"""A method's memory rule as a picture: a row for each block, a cell for each frame; SVG, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from generators.cards.sight import Cell, Sight, last_block, sight
from generators.cards.words import percent, spelled, told
from generators.engine.recipe import Recipe
from generators.engine.shape import PIXEL_FRAMES

WIDTH = 960
LEFT, RIGHT = 118, 942
"""Where the cells begin and where the strips end, pixels."""
CELL, TALL, STRIP = 33, 32, 10
GAP = 70
"""Width of what stands for frames that are not seen."""
BLOCKS = (3, 10, 30)
SECONDS = PIXEL_FRAMES / 16
"""Length of a latent frame: so many pictures, 16 a second."""

STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: #1c1d1f; }
.paper { fill: #fdfdfb; stroke: #dcdcd4; }
.title { font-size: 18px; font-weight: 650; }
.panel, .block { font-weight: 650; }
.panel { font-size: 15px; }
.soft, .index { fill: #5c5f66; font-size: 11px; }
.frame, .index, .hole text { text-anchor: middle; }
.frame { paint-order: stroke; stroke: #fdfdfb; stroke-width: 5px; stroke-linejoin: round; }
.index, .frame { font-variant-numeric: tabular-nums; }
.anchor { fill: #0068a8; stroke: #0068a8; }
.anchor + .frame { fill: #fdfdfb; stroke: none; font-weight: 650; }
.memory { fill: url(#hatch); stroke: #b85000; stroke-width: 1.5; }
.recent { fill: #e4e4de; stroke: #6b6b6b; }
.work { fill: url(#dots); stroke: #00795a; stroke-width: 2.5; }
.strip .recent { fill: #6b6b6b; stroke: none; }
.strip .anchor, .strip .memory, .strip .work { stroke-width: 1; }
.axis, .hole path { stroke: #8c8f96; fill: none; }
.hole path { stroke-dasharray: 2 3; }
.hatch { stroke: #b85000; stroke-width: 2.2; }
.dots { fill: #00795a; }
.blended { fill: #b85000; }
.ground { fill: #fdfdfb; }
.shift { fill: #b3261e; font-weight: 650; }
@media (prefers-color-scheme: dark) {
  text { fill: #e8e8e4; }
  .paper { fill: #16181b; stroke: #363a40; }
  .soft, .index { fill: #a2a7af; }
  .frame { stroke: #16181b; }
  .anchor { fill: #56b4e9; stroke: #56b4e9; }
  .anchor + .frame { fill: #16181b; }
  .memory { stroke: #f09a4a; }
  .recent { fill: #363a40; stroke: #a8a8a8; }
  .work { stroke: #35c49a; }
  .strip .recent { fill: #a8a8a8; }
  .axis, .hole path { stroke: #7c8088; }
  .hatch { stroke: #f09a4a; }
  .dots { fill: #35c49a; }
  .blended { fill: #f09a4a; }
  .ground { fill: #16181b; }
  .shift { fill: #ff8a80; }
}
"""
PATTERNS = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground" width="6" height="6"/><line class="hatch" y2="6"/></pattern>'
    '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="6" height="6"/><circle class="dots" cx="3" cy="3" r="1.1"/></pattern>'
)
ROUNDING = {"anchor": 0, "memory": 15, "recent": 3, "work": 3}
"""Radius of a cell's corners: kinds differ in shape and filling, not in colour alone."""
KEY = (
    "One cell is one latent frame, a quarter of a second. Thin strips: the video so far, to scale. "
    "In the cells: frame; below: the position in time that the network is told."
)
SHARES = "Own share: percent of an average that still stem from the frame it is named after, in exact sums."
LEGEND = {
    "anchor": "anchor: kept as it was",
    "memory": "average: blends in frames that leave",
    "recent": "past frame",
    "work": "frame in work",
}


@dataclass(frozen=True, slots=True)
class Panel:
    """One configuration of a method."""

    name: str
    recipe: Recipe
    blocks: tuple[int, ...] = BLOCKS

    def rows(self) -> tuple[tuple[int, Sight | None], ...]:
        """What is seen at each block, None where the rollout ends before it."""
        return tuple((block, sight(self.recipe, block)) for block in self.blocks)


def described(panel: Panel) -> tuple[str, ...]:
    """A configuration in words, a few sentences for each block."""
    return (*(told(seen) for _, seen in panel.rows() if seen), *filter(None, [_ended(panel)]))


def _ended(panel: Panel) -> str:
    absent = [block for block, seen in panel.rows() if seen is None]
    if not absent:
        return ""
    name = "is no block" if len(absent) == 1 else "are no blocks"
    return f"There {name} {spelled(absent)}: the rollout ends with block {last_block(panel.recipe)}."


def svg(title: str, panels: Sequence[Panel]) -> str:
    """The picture; equal rules give equal bytes."""
    seen = [row for panel in panels for _, row in panel.rows() if row]
    body, top = _head(title, shares=any(cell.share < 1 for row in seen for cell in row.cells))
    for panel in panels:
        drawn, top = _panel(panel, top)
        body += drawn
    kinds = {cell.kind for row in seen for cell in row.cells}
    blended = any(row.blended for row in seen)
    body += _legend([kind for kind in LEGEND if kind in kinds], top + 14, blended=blended)
    height = top + 46
    words = " ".join(" ".join((f"{panel.name}:", *described(panel))) for panel in panels)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(_heading(title))}</title>',
        f'<desc id="desc">{escape(words)}</desc>',
        f"<style>{STYLE}</style>",
        f"<defs>{PATTERNS}</defs>",
        f'<rect class="paper" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="6"/>',
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _heading(title: str) -> str:
    return f"{title}: what each block looks at"


def _head(title: str, *, shares: bool) -> tuple[list[str], int]:
    lines, top = [_text(18, 32, _heading(title), "title"), _text(18, 53, KEY, "soft")], 74
    if shares:
        lines.append(_text(18, 68, SHARES, "soft"))
        top += 14
    return lines, top


def _panel(panel: Panel, top: int) -> tuple[list[str], int]:
    rows = panel.rows()
    end = max((seen.end for _, seen in rows if seen), default=1)
    lines = [f'<g class="configuration" data-configuration="{escape(panel.name)}">']
    lines.append(_text(18, top + 12, panel.name, "panel"))
    top += 26
    for _, seen in rows:
        if seen is not None:
            drawn, top = _row(seen, end, top)
            lines += drawn
    if absent := _ended(panel):
        lines.append(_text(18, top + 12, absent, "soft"))
        top += 24
    return [*lines, "</g>"], top + 4


def _row(seen: Sight, end: int, top: int) -> tuple[list[str], int]:
    work = seen.work
    lines = [
        f'<g class="row" data-block="{seen.block}">',
        _text(18, top + 12, f"block {seen.block}", "block"),
        *_strip(seen, end, top + 2),
        *_cells(seen, top + 22),
    ]
    bottom = top + 22 + TALL + 15
    lines.append(_text(18, bottom, "position", "soft"))
    for name, shown in (
        ("queries at", any(cell.query != cell.index for cell in work)),
        ("noise level", _joint(seen)),
        ("own share, %", any(cell.share < 1 for cell in seen.seen)),
    ):
        if shown:
            bottom += 15
            lines.append(_text(18, bottom, name, "soft"))
    lines.append(_text(18, top + 22 + 12, f"from {work[0].frame * SECONDS:g} s", "soft"))
    if seen.emptied or seen.restart:
        note = f"restart at {seen.restart}" if seen.restart else "just emptied"
        lines.append(_text(18, top + 22 + 26, note, "soft"))
    return [*lines, "</g>"], bottom + 22


def _joint(seen: Sight) -> bool:
    """Whether frames at several noise levels are in work together."""
    return len({cell.timestep for cell in seen.work}) > 1


def _strip(seen: Sight, end: int, top: int) -> Iterator[str]:
    """The video up to the last frame in work, to scale; nothing is drawn where a frame is not seen."""
    wide = (RIGHT - LEFT) / end
    yield '<g class="strip">'
    yield f'<path class="axis" d="M{LEFT} {top + STRIP + 1.5}H{_n(LEFT + seen.end * wide)}"/>'
    for frame in seen.blended:
        x = LEFT + frame * wide
        yield f'<rect class="blended" x="{_n(x)}" y="{top + STRIP - 3}" width="{_n(wide * 0.7)}" height="3"/>'
    for cell in seen.cells:
        x = LEFT + cell.frame * wide
        yield f'<rect class="{cell.kind}" x="{_n(x)}" y="{top}" width="{_n(wide * 0.86)}" height="{STRIP}"/>'
    yield "</g>"


def _cells(seen: Sight, top: int) -> Iterator[str]:
    """Every frame in view in the order of time, with a hole for each run of frames that is not."""
    x, expected = float(LEFT), 0
    blended = set(seen.blended)
    ordered = sorted(seen.cells, key=lambda cell: cell.frame)
    size = _cell_width(ordered)
    for cell in ordered:
        if cell.frame > expected:
            hole = range(expected, cell.frame)
            yield _hole(hole, len(blended & set(hole)), x, top)
            x += GAP
        if cell is seen.work[0]:
            x += 5
        yield from _cell(cell, x, top, size, joint=_joint(seen))
        x += size
        expected = cell.frame + 1


def _cell_width(ordered: Sequence[Cell]) -> float:
    """As wide as usual, or narrower where the row would not fit."""
    frames = [-1, *(cell.frame for cell in ordered)]
    holes = sum(later - earlier > 1 for earlier, later in pairwise(frames))
    return min(CELL, (RIGHT - LEFT - 5 - holes * GAP) / len(ordered))


def _cell(cell: Cell, x: float, top: int, size: float, *, joint: bool) -> Iterator[str]:
    query = f' data-query="{cell.query}"' if cell.query is not None else ""
    middle = x + size / 2
    yield (
        f'<g class="cell" data-frame="{cell.frame}" data-kind="{cell.kind}" data-index="{cell.index}"{query}>'
        f'<rect class="{cell.kind}" x="{_n(x + 1.5)}" y="{top}" width="{_n(size - 3)}" height="{TALL}" '
        f'rx="{ROUNDING[cell.kind]}"/>{_text(middle, top + 21, str(cell.frame), "frame")}'
    )
    below = [(str(cell.index), "index")]
    if cell.query is not None and cell.query != cell.index:
        below.append((str(cell.query), "index shift"))
    if joint and cell.timestep is not None:
        below.append((f"{cell.timestep:.0f}", "index"))
    if cell.share < 1:
        below.append((percent(cell.share), "index"))
    for line, (text, kind) in enumerate(below):
        yield _text(middle, top + TALL + 15 * (line + 1), text, kind)
    yield "</g>"


def _hole(hole: range, blended: int, x: float, top: int) -> str:
    middle, line = x + GAP / 2, top + TALL / 2
    lines = [
        f'<g class="hole" data-first="{hole.start}" data-last="{hole.stop - 1}">',
        f'<path d="M{_n(x + 5)} {_n(line)}H{_n(x + GAP - 5)}"/>',
        _text(middle, line - 5, f"{len(hole)} frame{'s' * (len(hole) > 1)}", "soft"),
        _text(middle, line + 14, "not seen", "soft"),
    ]
    if blended:
        lines.append(_text(middle, line + 27, f"{blended} blended", "soft"))
    return "".join([*lines, "</g>"])


def _legend(kinds: Sequence[str], top: int, *, blended: bool) -> Iterator[str]:
    x = 18.0
    yield '<g class="legend">'
    for kind in kinds:
        yield (
            f'<rect class="{kind}" x="{_n(x)}" y="{top}" width="24" height="16" '
            f'rx="{min(8, ROUNDING[kind])}"/>'
        )
        yield _text(x + 31, top + 12.5, LEGEND[kind], "soft")
        x += 31 + 5.6 * len(LEGEND[kind]) + 20
    if blended:
        yield f'<rect class="blended" x="{_n(x)}" y="{top + 9}" width="14" height="3"/>'
        yield _text(x + 21, top + 12.5, "only inside an average", "soft")
        x += 21 + 5.6 * 22 + 20
    yield f'<g class="hole"><path d="M{_n(x)} {top + 8}h24"/></g>'
    yield _text(x + 31, top + 12.5, "not seen", "soft")
    yield "</g>"


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}">{escape(text)}</text>'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
