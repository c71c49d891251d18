"""What every page has: templates that escape by themselves, the colours of levels, and nothing from outside."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from nhsrate.reports.colours import PALETTES

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a page may fetch: nothing. Its style stands in it."""


def rendered(template: str, **context: object) -> str:
    """A page, made of a template; every text is escaped where it is put in."""
    return environment().get_template(template).render(**context)


@cache
def environment() -> Environment:
    """The templates. What a template names and nobody gave is an error, and no blank on a page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("nhsrate.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def css_class(colour: str) -> str:
    """The class of what has the colour of a level.

    >>> css_class("light green"), css_class("")
    ('c-light-green', 'l-none')
    """
    return f"c-{colour.replace(' ', '-')}" if colour in PALETTES["default"] else "l-none"


def colour_rules(palette: str = "default", *, fills: bool = False) -> str:
    """The style of each colour that a level may have, as a ground for text and, for pictures, as a fill."""
    rules = []
    for name, (text, ground) in PALETTES[palette].items():
        class_ = css_class(name)
        rules.append(f".{class_} {{ color: {text}; background: {ground}; fill: {ground}; }}\n" if fills
                     else f".{class_} {{ color: {text}; background: {ground}; }}\n")  # fmt: skip
    return "".join(rules)


def script() -> tuple[str, str]:
    """The one script of a report, and the policy that lets it run and no other."""
    text = files("nhsrate.pages").joinpath("templates", "report.js").read_text("utf-8")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return text, f"{POLICY}; script-src 'sha256-{digest}'"
