"""What each of several causes gives of a change, averaged over all orders in which they may come (Shapley, 1953).

Values and coverage are one cause, own, which is divided within itself (Owen, 1977), so that a new blank does not count
twice. The parts sum to the change; a cause that changed nothing gets nothing.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import chain, combinations
from math import factorial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CAUSES = ("own_values", "own_coverage", "others", "rules", "decisions")

State = tuple[bool, bool, bool, bool, bool]
"""Which causes are as after, in the order of `CAUSES`."""

NOTHING: State = (False, False, False, False, False)
"""Everything as before."""


def states(active: frozenset[str]) -> list[State]:
    """Every corner that differs from another by what changed at all."""
    free = [k for k, cause in enumerate(CAUSES) if cause in active]
    picked = chain.from_iterable(combinations(free, size) for size in range(len(free) + 1))
    return [tuple(k in chosen for k in range(len(CAUSES))) for chosen in map(set, picked)]  # type: ignore[misc]


def masked(state: State, active: frozenset[str]) -> State:
    """A corner in which what never changed stays as before."""
    return tuple(on and cause in active for on, cause in zip(state, CAUSES, strict=True))  # type: ignore[return-value]


def owen(value: Callable[[State], Fraction], active: frozenset[str]) -> dict[str, Fraction]:
    """What each cause gives, averaged over all orders in which own values and own coverage stand together.

    >>> both = frozenset({"own_values", "others"})
    >>> found = owen(lambda state: Fraction(3 if state[0] and state[2] else 1 if state[0] else 0), both)
    >>> [str(found[cause]) for cause in CAUSES]
    ['2', '0', '1', '0', '0']
    """
    found = dict.fromkeys(CAUSES, Fraction(0))
    known = {state: value(state) for state in states(active)}
    for cause, weight, without, with_ in steps(active):
        found[cause] += weight * (known[with_] - known[without])
    return found


@cache
def steps(active: frozenset[str]) -> tuple[tuple[str, Fraction, State, State], ...]:
    """Each step that a cause may take, with the share of all orders in which it takes it: from which state to which."""
    unions = [(k for k in (0, 1) if CAUSES[k] in active), *((k,) if CAUSES[k] in active else () for k in (2, 3, 4))]
    groups = [group for group in map(tuple, unions) if group]
    found = []
    for group in groups:
        rest = [other for other in groups if other is not group]
        for before in chain.from_iterable(combinations(rest, size) for size in range(len(rest) + 1)):
            outer = Fraction(factorial(len(before)) * factorial(len(rest) - len(before)), factorial(len(groups)))
            on = {k for other in before for k in other}
            for k in group:
                inner = [other for other in group if other != k]
                for ahead in chain.from_iterable(combinations(inner, size) for size in range(len(inner) + 1)):
                    weight = Fraction(factorial(len(ahead)) * factorial(len(inner) - len(ahead)), factorial(len(group)))
                    start = on | {*ahead}
                    found.append((CAUSES[k], outer * weight, _state(start), _state(start | {k})))
    return tuple(found)


def _state(on: set[int]) -> State:
    return tuple(k in on for k in range(len(CAUSES)))  # type: ignore[return-value]
