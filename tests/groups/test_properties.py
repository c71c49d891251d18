"""What must be so of every group: nothing is lost or counted twice, and a pooled share lies among its members'."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.support.rules import method

from nhsrate.groups.belonging import as_decimal
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
