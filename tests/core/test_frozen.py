"""A record does what a frozen dataclass of the standard library with the same fields does."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar  # noqa: F401 (one is named in a text)

import pytest

from nhsrate.core.frozen import FEW, changing, frozen

if TYPE_CHECKING:
    from collections.abc import Callable

Makers = tuple[type[Any], type[Any]]


def both(name: str, body: dict[str, Any], *, kw_only: bool = False, eq: bool = True) -> Makers:
    """The same class, made by the standard library and made here."""
    standard = dataclass(frozen=True, slots=True, kw_only=kw_only, eq=eq)
    return standard(type(name, (), dict(body))), frozen(kw_only=kw_only, eq=eq)(type(name, (), dict(body)))


FIELDS: dict[str, Any] = {
    "__annotations__": {"row": "int", "column": "int", "marks": "list[str]", "at": "object", "words": "ClassVar[str]"}
}


def places() -> Makers:
    """A class of which fields are given, have a default, have one that is made, and are not compared."""
    marks: list[str] = field(default_factory=list)
    at: object = field(default=None, compare=False)
    return both("Place", {**FIELDS, "column": 1, "marks": marks, "at": at, "words": "a row and a column"})


PLACE = places()
ONE = both("One", {"__annotations__": {"only": "object"}})
NONE = both("Nothing", {"__annotations__": {}})
NAMED = both("Named", {"__annotations__": {"row": "int", "column": "int"}, "column": 1}, kw_only=True)
SAME = both("Same", {"__annotations__": {"row": "int"}}, eq=False)


def outcome(call: Callable[..., object], *given: object, **named: object) -> str:
    """What comes of a call: what is shown of the result, or the error."""
    try:
        return repr(call(*given, **named))
    except (TypeError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("given", [(), (1,), (1, 2), (1, 2, ["x"], "at"), (1, 2, [], 4, 5)])
@pytest.mark.parametrize("named", [{}, {"row": 1}, {"row": 7, "marks": ["y"]}, {"column": 2}, {"raw": 1}])
def test_an_object_is_made_and_shown_alike(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    for standard, own in (places(), PLACE, ONE, NONE, NAMED):
        expected = outcome(standard, *given, **named)
        for n in range(FEW + 2):
            assert outcome(own, *given, **named) == expected, f"object {n} is made as the first"


def test_a_default_that_is_made_is_made_anew_for_each_object() -> None:
    _, own = PLACE
    assert own(1).marks is not own(1).marks


VALUES = [(1, 1, [], None), (1, 1, [], "elsewhere"), (1, 2, [], None), (1, 1, ["x"], None)]


@pytest.mark.parametrize("first", VALUES)
@pytest.mark.parametrize("second", VALUES)
def test_objects_are_equal_by_the_fields_that_are_compared(first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    standard, own = PLACE
    assert (own(*first) == own(*second)) is (standard(*first) == standard(*second))
    assert own(*first) != standard(*first)
    assert own(*first) != first


@pytest.mark.parametrize(("makers", "given"), [(ONE, (1,)), (NONE, ()), (PLACE, (1, 2, (), 4))])
def test_the_hash_is_that_of_the_fields_that_are_compared(makers: Makers, given: tuple[Any, ...]) -> None:
    standard, own = makers
    assert hash(own(*given)) == hash(standard(*given))
    assert {own(*given), own(*given)} == {own(*given)}


def test_what_cannot_be_hashed_makes_a_record_that_cannot_be() -> None:
    standard, own = PLACE
    assert outcome(hash, own(1)) == outcome(hash, standard(1))


def test_without_equality_a_record_is_equal_to_itself_alone() -> None:
    standard, own = SAME
    one = own(1)
    assert one == one  # noqa: PLR0124 (as is asked)
    assert (one == own(1)) is (standard(1) == standard(1)) is False
    assert len({one, own(1)}) == 2


def test_a_record_is_never_changed() -> None:
    for made in (PLACE[0](1), PLACE[1](1)):
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'row'"):
            made.row = 2
        with pytest.raises(FrozenInstanceError, match="cannot delete field 'row'"):
            del made.row
        assert not hasattr(made, "__dict__")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'other'"):
        PLACE[1](1).other = 2


def test_the_functions_of_the_standard_library_know_records() -> None:
    standard, own = PLACE
    assert [(one.name, one.type, one.compare) for one in fields(own)] == [
        (one.name, one.type, one.compare) for one in fields(standard)
    ]
    assert own.__annotations__ == standard.__annotations__ == FIELDS["__annotations__"]
    assert own.words == own(1).words == "a row and a column"
    assert replace(own(1, 2), row=5) == own(5, 2)
    assert own.__match_args__ == standard.__match_args__
    match own(1, 2):
        case own(row, column):
            assert (row, column) == (1, 2)
    assert is_dataclass(own)


@frozen
class Pair:
    """Two things, with one made of them when the pair is."""

    first: int
    second: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.second.append(self.first)


@frozen
class Triple(Pair):
    """A pair and one thing more, shown in its own words."""

    third: int = 3

    def __repr__(self) -> str:
        return f"a triple from {self.first}"


def test_a_record_of_a_record_has_the_fields_of_both() -> None:
    triple = Triple(1, third=4)
    assert (triple.first, triple.second, triple.third) == (1, [1], 4)
    assert repr(triple) == "a triple from 1"
    assert triple != Pair(1)


@pytest.mark.parametrize("copied", [copy.deepcopy, copy.copy, lambda one: pickle.loads(pickle.dumps(one))])  # noqa: S301 (its own)
def test_records_are_copied_and_kept(copied: Callable[[Triple], Triple]) -> None:
    triple = Triple(1, third=4)
    assert copied(triple) == triple


@changing
class Account:
    """A count, and what is worked out of it when it is made."""

    rows: int
    kept: list[int] = field(default_factory=list)
    twice: int = field(init=False)

    def __post_init__(self) -> None:
        self.twice = 2 * self.rows


def test_what_changes_has_its_fields_filled_and_is_equal_to_itself_alone() -> None:
    account, other = Account(2), Account(2)
    account.rows += 1
    account.kept.append(1)
    assert (account.rows, account.kept, account.twice) == (3, [1], 4)
    assert (other.rows, other.kept) == (2, [])
    assert Account(2) != other
    assert not hasattr(account, "__dict__")
    assert outcome(Account) == "TypeError: Account.__init__() missing 1 required positional argument: 'rows'"
    assert [Account(n).twice for n in range(2 * FEW)] == [*range(0, 4 * FEW, 2)]
