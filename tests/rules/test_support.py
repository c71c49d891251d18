"""What a rule file may say of peers and of published support, and what is wrong with it."""

from __future__ import annotations

from datetime import date

import pytest
from tests.support.rules import method, problems_of, warnings_of, whole

from nhsrate.editions.support import peer_sentences
from nhsrate.language.tree import Mapping, read_tree
from nhsrate.rules.expand import merged
from nhsrate.rules.load import RuleText, methodology_of

RULES = """\
inputs:
  waits: {type: number, polarity: lower, SUPPORT}
  beds: {type: count, role: context}
  sort: {type: text, role: context}
ratings: {mean: {kind: mean, of: [waits], missing: refuse, headline: true}}
PEERS
"""
GOOD = 'title: Help, publisher: NHS England, url: "https://www.england.nhs.uk/", checked: 2026-03-31'


def rules(support: str = GOOD, peers: str = "") -> str:
    return RULES.replace("SUPPORT", f"support: [{{{support}}}]").replace("PEERS", peers)


@pytest.mark.parametrize("day", ["2026-03-31", "31 March 2026", "31/03/2026"])
def test_support_has_a_title_a_publisher_an_address_and_a_day(day: str) -> None:
    (support,) = method(rules(GOOD.replace("2026-03-31", day))).inputs["waits"].support
    assert (support.title, support.publisher, support.url) == ("Help", "NHS England", "https://www.england.nhs.uk/")
    assert (support.checked, support.note) == (date(2026, 3, 31), "")
    assert str(support) == "Help, NHS England, https://www.england.nhs.uk/ (seen 2026-03-31)."


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("title: Help, ", "", '"title" must be given here.'),
        ("title: Help", 'title: " "', "A text is wanted here, and this is blank."),
        ("publisher: NHS England, ", "", '"publisher" must be given here.'),
        ("publisher: NHS England", 'publisher: ""', "A text is wanted here, and this is blank."),
        ('url: "https://www.england.nhs.uk/", ', "", '"url" must be given here.'),
        ("https://www.england.nhs.uk/", "www.england.nhs.uk", '"www.england.nhs.uk" is not the address of a page.'),
        (
            "https://www.england.nhs.uk/",
            "ftp://england.nhs.uk/",
            '"ftp://england.nhs.uk/" is not the address of a page.',
        ),
        ("https://www.england.nhs.uk/", "javascript:alert(1)", '"javascript:alert(1)" is not the address of a page.'),
        ("https://www.england.nhs.uk/", "https://england nhs.uk/", "is not the address of a page."),
        ("https://www.england.nhs.uk/", "https://", "is not the address of a page."),
        ("https://www.england.nhs.uk/", "https://localhost/help", "is not the address of a page."),
        ("https://www.england.nhs.uk/", "https://me@england.nhs.uk/", "is not the address of a page."),
        (", checked: 2026-03-31", "", '"checked" must be given here.'),
        ("2026-03-31", "2026-02-30", '"2026-02-30" is not a day. Write it as 2026-03-31.'),
        ("2026-03-31", "March 2026", '"March 2026" is not a day.'),
        ("2026-03-31", "03/31/2026", '"03/31/2026" is not a day.'),
        ("title: Help", "titel: Help", '"titel" is not known here. Did you mean "title"?'),
    ],
)
def test_the_form_of_support_is_checked(was: str, now: str, said: str) -> None:
    (found, *_) = problems_of(rules(GOOD.replace(was, now, 1)))
    assert found.startswith("2:")
    assert said in found


@pytest.mark.parametrize(
    "address", ["http://example.org", "https://a-b.example.org:8080/x?y=1#z", "https://example.org/(a)"]
)
def test_addresses_of_the_web_are_taken_as_they_are(address: str) -> None:
    (support,) = method(rules(GOOD.replace("https://www.england.nhs.uk/", address))).inputs["waits"].support
    assert support.url == address


@pytest.mark.parametrize(
    ("peers", "said"),
    [
        ("peers: {by: {bed: 1}}", '"bed"'),
        ("peers: {by: {waits: 1}}", "Name inputs that say role: context"),
        ("peers: {by: [mean]}", "Name inputs that say role: context"),
        ("peers: {by: [sort]}", "is no number, so there is no distance in it. Say within: where it must be the same."),
        ("peers: {by: {beds: -1}}", 'The weight of "beds" is below zero.'),
        ("peers: {by: {beds: 0}}", "All weights are zero, so that all are alike."),
        ("peers: {by: {beds: 1}, number: 0}", "A number of peers is at least 1."),
        ("peers: {by: {beds: 1}, number: ten}", '"ten" is not a whole number.'),
        ("peers: {by: {beds: 1}, cap: 0}", "A cap of 0 leaves no value."),
        ("peers: {by: {beds: 1}, transform: ln}", '"ln" is not known here.'),
        ("peers: {by: {beds: 1}, within: sorts}", 'Did you mean "sort"?'),
        ("peers: {by: {beds: 1}, source: nowhere}", 'There is no source "nowhere".'),
        ("peers: {weights: {beds: 1}}", '"weights" is not known here.'),
    ],
)
def test_what_cannot_tell_who_is_alike_is_refused(peers: str, said: str) -> None:
    assert said in " ".join(problems_of(rules(peers=peers)))


def test_a_plain_list_weighs_alike_and_a_weight_of_zero_leaves_out() -> None:
    text = rules(peers="peers: {by: [beds]}")
    peers = method(text).peers
    assert peers is not None
    assert [(id_, str(weight)) for id_, weight in peers.weighted()] == [("beds", "1")]
    more = text.replace("sort: {type: text,", "staff: {type: count,").replace("[beds]", "{beds: 0, staff: 0.5}")
    peers = method(more).peers
    assert peers is not None
    assert [(id_, str(weight)) for id_, weight in peers.weighted()] == [("staff", "0.5")]
    assert method(rules(peers="peers: {within: sort}")).peers is not None
    assert method(rules(peers="peers: {}")).peers is None
    assert warnings_of(rules()) == []


def test_an_edition_may_change_how_peers_are_found() -> None:
    """As any section: what it adds, changes or removes."""
    parent, _ = read_tree(
        whole(rules(peers="peers: {by: {beds: 1}, number: 5, within: sort, note: As it was.}")), "p.yaml"
    )
    text = "id: rules\ntitle: Rules\nextends: p\nchange: {peers: {number: 3}}\nremove: {peers: [within]}\n"
    child, _ = read_tree(text, "c.yaml")
    assert isinstance(parent, Mapping)
    assert isinstance(child, Mapping)
    tree, problems = merged(parent, child)
    assert problems == []
    found, _ = methodology_of(RuleText(tree, (), (("c.yaml", b""),)))
    assert found is not None
    said = "The peers of one are the 3 nearest to it by beds (weight 1), standardised; As it was."
    assert peer_sentences(found) == [said]


def test_how_peers_are_found_is_told_in_words() -> None:
    peers = (
        "peers: {by: [beds], transform: log, cap: 5, within: sort, source: paper}\nsources: {paper: {title: A paper}}"
    )
    (said,) = peer_sentences(method(rules(peers=peers)))
    assert said == (
        "The peers of one are the 10 nearest to it by beds, their logarithms standardised; each is capped at 5 standard "
        "deviations; compared are those with the same sort [paper]."
    )
    assert peer_sentences(method(rules())) == []
    assert peer_sentences(method(rules(peers="peers: {number: 5}"))) == []
