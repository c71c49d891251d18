"""Every address in the editions leads to a page: none is cut off, unbalanced, or only a site where a page is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from nhsrate.rules.editions import edition_files, indicators_folder
from nhsrate.rules.load import load_methodology

INDICATORS = indicators_folder()
if TYPE_CHECKING:
    from pathlib import Path

PAIRS = {"(": ")", "[": "]", "{": "}"}


def faults(address: str) -> list[str]:
    """What is wrong with the form of an address."""
    parts = urlsplit(address)
    found = []
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", parts.netloc):
        found.append("no address of the web")
    if parts.path in {"", "/"} and not parts.query:
        found.append("a site and no page")
    if "..." in address or "\u2026" in address or address.endswith((".", ",", ";", ":", "-", "_", "?", "&", "=", "%")):
        found.append("cut off")
    if re.search(r"%(?![0-9A-Fa-f]{2})", address):
        found.append("a broken escape")
    if re.search(r"[\s<>\"'`\\\\^|]", address) or not address.isascii():
        found.append("a character that no address has")
    if any(address.count(left) != address.count(right) for left, right in PAIRS.items()):
        found.append("unbalanced")
    return found


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://studylib.net/doc/1/financial-risk-rating-nhs-tru...", "cut off"),
        ("https://studylib.net/doc/1/financial-risk-rating-nhs-tru\u2026", "cut off"),
        ("https://www.hsj.co.uk/home/now-shas-", "cut off"),
        ("https://www.nhs.uk/page?", "cut off"),
        ("https://www.nhs.uk", "a site and no page"),
        ("https://www.nhs.uk/", "a site and no page"),
        ("https://www.nhs.uk/a(b", "unbalanced"),
        ("https://www.nhs.uk/a b", "a character that no address has"),
        ("https://www.nhs.uk/a%2", "a broken escape"),
        ("www.nhs.uk/a", "no address of the web"),
        ("https://nhs/a", "no address of the web"),
    ],
)
def test_a_faulty_address_is_found(address: str, fault: str) -> None:
    assert fault in faults(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.nhs.uk/a-b/c.asp?id=1&x=%20#part",
        "http://archive.org/tna/2008/http://www.nhs.uk/use.cfm",
        "https://www.nhs.uk/?page=1",
        "https://en.wikipedia.org/wiki/A_(b)",
    ],
)
def test_a_sound_address_is_left_alone(address: str) -> None:
    assert faults(address) == []


@pytest.mark.parametrize("edition", edition_files())
def test_every_address_of_an_edition_leads_to_a_page(edition: str) -> None:
    sources = load_methodology(edition).sources.values()
    assert {source.url: found for source in sources if source.url and (found := faults(source.url))} == {}


@pytest.mark.parametrize("readme", sorted(INDICATORS.glob("*/README.md")), ids=lambda path: path.parent.name)
def test_every_address_of_a_readme_leads_to_a_page(readme: Path) -> None:
    text = readme.read_text("utf-8")
    written = set(re.findall(r"https?://\S+", text))
    linked = set(re.findall(r"\]\((https?://(?:[^\s()]|\([^\s()]*\))+)\)|<(https?://[^>]+)>", text))
    addresses = {address for pair in linked for address in pair if address}
    assert all(any(address in whole for address in addresses) for whole in written)
    assert {address: found for address in addresses if (found := faults(address))} == {}
