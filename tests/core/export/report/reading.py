"""Reads a report as a strict reader does, and says what a browser could be made to load by it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "col"}
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav"),
    *("section", "div", "span", "p", "h1", "h2", "h3", "ul", "li", "dl", "dt", "dd", "a", "bdi"),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre", "code"),
    *("figure", "figcaption", "svg", "desc", "g", "text", "line", "path", "polyline"),
    *("rect", "circle"),
}
ATTRIBUTES = {
    *("id", "class", "lang", "charset", "name", "content", "http-equiv", "href", "role"),
    *("aria-label", "aria-labelledby", "aria-hidden", "tabindex", "scope", "rowspan", "open"),
    *("viewbox", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "d", "points", "width"),
    *("height", "text-anchor"),
}


@dataclass
class Page(HTMLParser):
    """What is in a page; reading one that is not well formed fails.

    Attributes:
        ids: Every id, in order.
        links: Targets of links.
        names: Ids that drawings are described by.
        texts: Every piece of text outside the style sheet.
        style: The style sheet.
        tags: Every element's name.
    """

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    style: str = ""
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    @staticmethod
    def read(text: str) -> Page:
        page = Page()
        page.feed(text)
        page.close()
        assert page.open == []
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"{tag}: {names}"
        assert set(names) <= ATTRIBUTES, f"{tag}: {names}"
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"] or "")
        if "href" in found:
            assert tag == "a"
            self.links.append(found["href"] or "")
        self.names += (found.get("aria-labelledby") or "").split()
        for name, value in attrs:
            assert "url(" not in (value or ""), (tag, name)
            assert "javascript:" not in (value or "").lower(), (tag, name)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise AssertionError(f"<{tag}/> means something else in HTML than it looks like")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        elif data.strip():
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    @property
    def text(self) -> str:
        """All words, one space apart."""
        return " ".join(" ".join(self.texts).split())

    def says(self, words: str) -> bool:
        """Whether it says that, however its lines are broken."""
        return " ".join(words.split()) in self.text


def assert_asks_for_nothing(page: Page) -> None:
    """No link out of the page, nothing to load, no script; every id once and every name known."""
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.names) <= set(page.ids)
    assert not re.search(r"url\(|@import|@font-face|expression\(|\\", page.style)
    assert "<" not in page.style
