"""What must be so of every group: nothing is lost or counted twice, and a pooled share lies among its members'."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.support.rules import method

from nhsrate.core.cells import Missing
from nhsrate.groups.belonging import WHOLE, as_decimal
from nhsrate.groups.figures import joint
from nhsrate.groups.model import Group, Part
from nhsrate.returns.model import Organisation, Return, Values

INPUTS = method(
    """
    inputs:
      seen: {type: percent, together: {numerator: within, denominator: came}}
      within: {type: count, together: sum}
      came: {type: count, together: sum}
      stay: {type: number, together: weighted by came}
    """
).inputs
WORST = method("inputs: {stay: {type: number, polarity: lower, together: worst}, note: {type: text}}").inputs
COUNTS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=8)


def returned(counts: list[tuple[int, int]]) -> Return:
    """A return of these numerators and denominators; `stay` is the numerator over 7."""
    columns: dict[str, list[Decimal]] = {
        "within": [Decimal(min(pair)) for pair in counts],
        "came": [Decimal(max(pair)) for pair in counts],
        "stay": [Decimal(pair[0]) / 8 for pair in counts],
        "seen": [Decimal(0)] * len(counts),
    }
    organisations = tuple(Organisation(f"R{n}", f"R{n}") for n in range(len(counts)))
    return Return("r.csv", "", organisations, {id_: Values(column) for id_, column in columns.items()})


def group(*shares: Fraction) -> Group:
    """A group of the first organisations, by these shares."""
    return Group(Organisation("G", "G"), tuple(Part(n, share) for n, share in enumerate(shares)))


@given(COUNTS, st.data())
def test_shares_that_come_to_one_lose_nothing(counts: list[tuple[int, int]], data: st.DataObject) -> None:
    """What two groups have together of each member is what the member has, to the last digit that there is."""
    shares = [Fraction(data.draw(st.integers(0, 16)), 16) for _ in counts]
    submitted = returned(counts)
    here = joint(submitted, INPUTS["came"], group(*shares)).cell
    there = joint(submitted, INPUTS["came"], group(*(1 - share for share in shares))).cell
    assert isinstance(here, Decimal)
    assert isinstance(there, Decimal)
    assert here + there == sum(submitted.values["came"].cells)  # type: ignore[arg-type]  # all are numbers


@given(COUNTS)
def test_a_pooled_share_lies_among_those_of_its_members(counts: list[tuple[int, int]]) -> None:
    submitted = returned(counts)
    own = [100 * Fraction(min(pair), max(pair)) for pair in counts]
    pooled = joint(submitted, INPUTS["seen"], group(*[Fraction(1)] * len(counts))).cell
    exact = 100 * Fraction(sum(map(min, counts)), sum(map(max, counts)))
    assert pooled == as_decimal(exact)
    assert min(own) <= exact <= max(own)


@given(COUNTS)
def test_the_order_of_members_changes_nothing(counts: list[tuple[int, int]]) -> None:
    whole = group(*[Fraction(1)] * len(counts))
    for id_ in ("seen", "came", "stay"):
        there, back = (joint(returned(pairs), INPUTS[id_], whole).cell for pairs in (counts, counts[::-1]))
        assert there == back


FIGURES = st.one_of(
    st.decimals(-1000, 1000, allow_nan=False, places=6), st.sampled_from([*map(Decimal, ("1e300", "-1e300", "1e-300"))])
)
SHARES = st.sampled_from([Fraction(1), Fraction(1, 3), Fraction(3, 7), Fraction(2, 5)])
GAP = Missing("blank", "blank")


@given(st.lists(st.tuples(FIGURES, FIGURES, SHARES, st.booleans()), min_size=1, max_size=8))
def test_sums_and_weighted_means_are_those_of_fractions(rows: list[tuple[Decimal, Decimal, Fraction, bool]]) -> None:
    """By the plain definition, also where numbers are so far apart that no decimal of a few hundred digits has them."""
    submitted = returned([(1, 1)] * len(rows))
    submitted.values["stay"].cells[:] = [GAP if gap else stay for stay, _, _, gap in rows]  # type: ignore[index]  # a list
    submitted.values["came"].cells[:] = [came for _, came, _, _ in rows]  # type: ignore[index]  # a list
    shares = [WHOLE if share == 1 else share for _, _, share, _ in rows]
    came = joint(submitted, INPUTS["came"], group(*shares)).cell
    assert came == as_decimal(sum((share * Fraction(came) for _, came, share, _ in rows), Fraction(0)))
    there = [(share, Fraction(stay), Fraction(came)) for stay, came, share, gap in rows if not gap]
    under = sum((share * came for share, _, came in there), Fraction(0))
    found = joint(submitted, INPUTS["stay"], group(*shares))
    if not under:
        assert isinstance(found.cell, Missing)
        return
    assert found.cell == as_decimal(sum((share * stay * came for share, stay, came in there), Fraction(0)) / under)
    assert len(found.given) == len(rows)
    assert len(found.left_out) == len(rows) - len(there)
    assert [one.gap is not None for one in found.given] == [gap for *_, gap in rows]


def test_a_figure_says_how_it_came_about_when_it_is_asked() -> None:
    submitted = returned([(8, 1), (16, 1)])
    both = group(WHOLE, WHOLE)
    assert joint(submitted, WORST["stay"], both).how == "the worst of 2 members"
    assert joint(submitted, WORST["note"], both).how == "not brought together for groups"
    assert joint(submitted, WORST["note"], both).given == ()
    submitted.values["stay"].cells[:] = [GAP, GAP]  # type: ignore[index]  # a list
    assert joint(submitted, INPUTS["stay"], both).how == "blank"
