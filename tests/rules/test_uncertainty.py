"""What a rule file says of grain, of error, of the bounds of figures, of variants, and of what varies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.rules import method, problems_of, read, warnings_of

from nhsrate.editions.manual import figure_value

BASE = """\
{head}
figures: {{cut: {{value: 5, basis: inferred{figure}}}}}
scales: {{stars: [{{level: 2}}, {{level: 1}}]}}
inputs:
  a: {{type: number, polarity: higher{input}}}
  n: {{type: number}}
  d: {{type: number}}
  t: {{type: text}}
measures:
  m: {{kind: sum, of: [a, n, d], missing: leave out}}
  k: {{kind: lookup, of: t, table: {{x: 1}}, otherwise: 0}}
ratings:
  stars: {{kind: thresholds, of: m, scale: stars, polarity: higher, headline: true, levels: [{{level: 2, at_least: cut}}, {{level: 1, otherwise: true}}]}}
"""


def text(head: str = "", figure: str = "", input: str = "") -> str:  # noqa: A002 (the section that it stands in)
    """Rules with something said at one place."""
    return BASE.format(head=head or "summary: Small", figure=figure, input=input)


def test_the_grain_of_a_value_is_stated_by_places_or_by_a_step() -> None:
    """A count has whole numbers; what states nothing has no grain."""
    assert method(text()).inputs["a"].grain is None
    assert method(text(input=", places: 2")).inputs["a"].grain == Decimal("0.01")
    assert method(text(input=", step: 0.5")).inputs["a"].grain == Decimal("0.5")
    assert method(text().replace("n: {type: number}", "n: {type: count}")).inputs["n"].grain == 1


@pytest.mark.parametrize(
    ("error", "said", "inputs"),
    [
        ("n", "in n", ("n",)),
        ("0.5", "0.5", ()),
        ("cut", "5 (cut)", ()),
        ("{numerator: n, denominator: d}", "of n out of d", ("n", "d")),
    ],
)
def test_the_error_of_a_value_is_an_input_a_number_or_a_share(error: str, said: str, inputs: tuple[str, ...]) -> None:
    """And what it is given in counts as read."""
    rules = text(input=f", error: {error}")
    found = method(rules).inputs["a"].error
    assert str(found) == said
    assert found is not None
    assert found.inputs() == inputs
    assert any('"n"' in one for one in warnings_of(rules.replace("[a, n, d]", "[a, d]"))) != bool("n" in inputs)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("0", "A standard error is above zero."),
        ("t", '"t" is not a number.'),
        ("m", '"m" is no input'),
        ("{numerator: n}", "A share has a numerator and a denominator."),
    ],
)
def test_an_error_that_cannot_be_is_refused(error: str, said: str) -> None:
    """With its line."""
    assert any(said in one for one in problems_of(text(input=f", error: {error}")))


def test_a_figure_lies_between_its_bounds() -> None:
    """Both are given, in order, and the value is between them; a run that sets another leaves them behind."""
    rules = text(figure=", low: 4, high: 6")
    figure = method(rules).figures["cut"]
    assert (figure.low, figure.high) == (Decimal(4), Decimal(6))
    assert figure_value(figure) == "5 (from 4 to 6)"
    assert figure_value(method(text()).figures["cut"]) == "5"
    for wrong in (", low: 4", ", low: 6, high: 7", ", low: 5, high: 5"):
        assert any("lies between low: and high:" in one for one in problems_of(text(figure=wrong)))
    assert method(rules, {"cut": "9"}).figures["cut"].set_from == 5


def test_what_varies_is_said_in_the_words_of_the_command() -> None:
    """Anything else is refused."""
    assert method(text("vary: [weights=25%, figures, figures=0.02]")).vary == ("weights=25%", "figures", "figures=0.02")
    assert method(text('vary: ["figures:cut,mark=0.02"]')).vary == ("figures:cut,mark=0.02",)
    assert any("says of nothing how it varies" in one for one in problems_of(text("vary: [wieghts=2%]")))


def test_variants_are_read_as_editions_that_change_this_one() -> None:
    """Their faults are told at their own lines; one without a title is called by its name."""
    found = method(text("variants: {hard: {change: {figures: {cut: {value: 8}}}}}"))
    assert [(one.name, one.title, one.methodology.figures["cut"].value) for one in found.variants] == [
        ("hard", "hard", Decimal(8))
    ]
    assert any(
        "there is no" in one.casefold() or "cut2" in one
        for one in problems_of(text("variants: {hard: {change: {figures: {cut2: {value: 8}}}}}"))
    )
    assert problems_of(text("variants: [hard]"))
    assert problems_of(text("variants: {hard: soft}"))


def test_a_variant_that_is_no_method_is_told_and_the_others_are_read() -> None:
    """Its own fault does not hide a sound one beside it."""
    both = "variants: {odd: {change: {scales: {stars: 3}}}, hard: {change: {figures: {cut: {value: 8}}}}}"
    methodology, problems = read(text(both))
    assert methodology is not None
    assert [one.name for one in methodology.variants] == ["hard"]
    assert [one.message for one in problems if one.severity == "error"] == ["A list is wanted here, such as [a, b]."]
