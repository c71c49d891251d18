"""A document as one self-contained web page: no scripts, nothing from outside, and readable on paper."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from nhsrate.core.texts import tidy
from nhsrate.reports.colours import PALETTE
from nhsrate.reports.documents import Bullets, Heading, Paragraph, is_web, kept, spans

if TYPE_CHECKING:
    from nhsrate.reports.documents import Block, Document, Inline, Span

STYLE = """\
:root { color-scheme: light; }
body { color: #212b32; background: #ffffff; font: 1rem/1.5 "Helvetica Neue", Arial, sans-serif; margin: 0; }
main, header, nav { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 1.5rem 0 0.5rem; }
h2 { font-size: 1.5rem; border-bottom: 2px solid #005eb8; margin: 2.5rem 0 0.75rem; padding-bottom: 0.25rem; }
h3 { font-size: 1.2rem; margin: 1.75rem 0 0.25rem; }
h4 { font-size: 1rem; margin: 1.25rem 0 0.25rem; }
p, li { max-width: 46rem; overflow-wrap: anywhere; }
a { color: #005eb8; }
a:focus, .wide:focus { outline: 3px solid #212b32; outline-offset: 2px; background: #ffeb3b; color: #212b32; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.wide { overflow-x: auto; margin: 0.75rem 0 1.25rem; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: bold; padding-bottom: 0.25rem; }
th, td { border: 1px solid #768692; padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
th { font-weight: normal; }
thead th { background: #e8edee; font-weight: bold; }
code { font-family: "SFMono-Regular", Consolas, monospace; font-size: 0.9em; overflow-wrap: break-word; }
.level { border: 1px solid #212b32; border-radius: 0.2rem; padding: 0 0.4rem; white-space: nowrap; }
@media print {
  @page { margin: 18mm; }
  nav, .skip { display: none; }
  main, header { max-width: none; padding: 0; }
  h2, h3, h4, caption { break-after: avoid; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
  .level { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main a[href^="http"]::after { content: " (" attr(href) ")"; font-size: 0.85em; }
}
"""


def html_of(document: Document) -> str:
    """The document as one web page: no scripts and nothing from outside, readable on paper and to a screen reader."""
    names = _anchors(document)
    contents = "\n".join(
        f'<li><a href="#{names[n]}">{escape(tidy(block.text))}</a></li>'
        for n, block in enumerate(document.blocks)
        if isinstance(block, Heading) and block.level == 2
    )
    title = escape(tidy(document.title))
    colours = "".join(
        f".{_colour(name)} {{ color: {text}; background: {ground}; }}\n" for name, (text, ground) in PALETTE.items()
    )
    body = "\n".join(_block(block, names.get(n, "")) for n, block in enumerate(document.blocks))
    return f"""\
<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{STYLE}{colours}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<h1>{title}</h1>
</header>
<nav aria-label="Contents">
<ol>
{contents}
</ol>
</nav>
<main id="content">
{body}
</main>
</body>
</html>
"""


def _anchors(document: Document) -> dict[int, str]:
    """The anchor of each heading, by its place; two of one text are told apart by a number."""
    names: dict[int, str] = {}
    for n, block in enumerate(document.blocks):
        if isinstance(block, Heading):
            plain = re.sub(r"[^a-z0-9]+", "-", tidy(block.text).lower()).strip("-") or "part"
            taken = set(names.values()) | {"content"}
            names[n] = next(name for k in range(1, n + 3) if (name := plain if k == 1 else f"{plain}-{k}") not in taken)
    return names


def _colour(name: str) -> str:
    return f"colour-{name.replace(' ', '-')}"


def _block(block: Block, anchor: str) -> str:
    match block:
        case Heading():
            return f'<h{block.level} id="{anchor}">{escape(tidy(block.text))}</h{block.level}>'
        case Paragraph():
            return f"<p>{_html(block.text)}</p>"
        case Bullets():
            tag = "ol" if block.numbered else "ul"
            items = "\n".join(f"<li>{_html(item)}</li>" for item in block.items)
            return f"<{tag}>\n{items}\n</{tag}>"
        case _:
            caption = escape(tidy(block.caption))
            heads = "".join(f'<th scope="col">{escape(tidy(head))}</th>' for head in block.heads)
            rows = "\n".join(
                f'<tr><th scope="row">{_html(row[0])}</th>{"".join(f"<td>{_html(cell)}</td>" for cell in row[1:])}</tr>'
                for row in block.rows
            )
            return (
                f'<div class="wide" role="region" aria-label="{caption}" tabindex="0">\n'
                f"<table>\n<caption>{caption}</caption>\n"
                f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
            )


def _html(text: Inline) -> str:
    return "".join(_html_span(span) for span in spans(text))


def _html_span(span: Span) -> str:
    said = escape(kept(span.text))
    if span.style:
        said = f"<{span.style}>{said}</{span.style}>"
    if span.colour in PALETTE:
        said = f'<span class="level {_colour(span.colour)}">{said}</span>'
    return f'<a href="{escape(span.url)}">{said}</a>' if is_web(span.url) else said
