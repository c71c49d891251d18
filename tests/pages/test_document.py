"""A document as a web page: each heading can be linked to, and no text is taken for markup."""

from __future__ import annotations

import re

from nhsrate.pages.document import html_of
from nhsrate.reports.documents import Document, Heading, Paragraph


def test_two_headings_of_one_text_have_anchors_of_their_own() -> None:
    page = html_of(Document("Rules", (Heading("Waits"), Heading("Waits"))))
    anchors = re.findall(r'<h\d id="([^"]+)"', page)
    assert len(anchors) == len({*anchors}) == 2


def test_a_text_that_looks_like_markup_is_shown_as_it_is() -> None:
    page = html_of(Document("Rules & words", (Paragraph(("<script>alert(1)</script>",)),)))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<title>Rules &amp; words</title>" in page
