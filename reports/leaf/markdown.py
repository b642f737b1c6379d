"""Cards written in Markdown, as parts of a page."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_FURTHER = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}
"""A card is a section of its page, which has titles of its own."""
_OPTIONAL = re.compile(r"</(?:td|th|tr|li|thead|tbody)>\n?")


@functools.lru_cache(maxsize=64)
def card_html(text: str, without: tuple[str, ...] = ()) -> str:
    """Render a card without its title, and without the sections and paragraphs named in ``without``.

    The result is HTML, in which markup of the text is shown as text. Links and pictures are left out, and the
    words of links kept: a report asks for nothing outside its folder.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = _sections(_untitled(parser.parse(text)), frozenset(without))
    rendered = parser.renderer.render(list(map(_plain, _unframed(tokens))), parser.options, {})
    return _framed(rendered)


def _untitled(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out the heading with which a card begins."""
    if not tokens or tokens[0].tag != "h1":
        return tokens
    return tokens[1 + next(i for i, token in enumerate(tokens) if token.type == "heading_close"):]


def _sections(tokens: Sequence[Token], without: frozenset[str]) -> list[Token]:
    kept: list[Token] = []
    skipping = False
    for i, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in ("h1", "h2"):
            skipping = tokens[i + 1].content in without
        said = any(one.content in without for one in tokens[max(0, i - 1):i + 2] if one.type == "inline")
        if not (skipping or said):
            kept.append(token)
    return kept


def _unframed(tokens: Sequence[Token]) -> Iterator[Token]:
    """Leave out paragraphs that hold nothing but a picture."""
    for i, token in enumerate(tokens):
        near = tokens[max(0, i - 1):i + 2]
        pictured = any(one.children and all(child.type == "image" for child in one.children) for one in near)
        if not (pictured and (token.type == "inline" or token.tag == "p")):
            yield token


def _plain(token: Token) -> Token:
    """Take out what leads out of the page or styles it by hand, and give table heads their scope."""
    token.attrs.pop("style", None)  # the policy of the pages forbids it
    if token.tag in _FURTHER:
        token.tag = _FURTHER[token.tag]
    if token.type == "th_open":
        token.attrSet("scope", "col")
    if token.children is not None:
        token.children = [child for child in token.children
                          if child.type not in ("link_open", "link_close", "image")]
    return token


def _framed(rendered: str) -> str:
    """Let wide tables scroll by themselves, and leave out end tags that HTML does not need."""
    lean = _OPTIONAL.sub("", rendered)
    return lean.replace("<table>", '<div class="scroll"><table class="plain">').replace(
        "</table>", "</table></div>")
