"""A rated return written as formulas: its inputs as values, and every item, in an order in which each can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Missing
from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.engine.assessment import is_taken
from nhsrate.language.numbers import OfItem
from nhsrate.live.board import Board, Column, Line, NotLiveError, cached
from nhsrate.live.conditions import met, unsettled
from nhsrate.live.formula import MISSING, ROOM, rounding, token
from nhsrate.live.inputs import add_input, add_level, handed_in, placed, read_typed
from nhsrate.live.kinds import NOT_LIVE, WRITERS
from nhsrate.rules.model import Item

if TYPE_CHECKING:
    from nhsrate.core.cells import Scale
    from nhsrate.engine.assessment import Assessment
    from nhsrate.language.conditions import When
    from nhsrate.rules.model import Limit


MOST = 1000
"""Organisations that a live workbook holds: where a statistic looks at all of them for each, a million comparisons."""


def live(assessment: Assessment, *, partly: bool = False) -> Board:
    """The live workbook of a rated return, before it is written.

    Raises `Refused` where there are too many organisations, and where a rule cannot be written as formulas, unless it
    may be so `partly`: then its results stand as values.
    """
    methodology = assessment.methodology
    if len(assessment.organisations) > MOST:
        many = methodology.rates.counted(len(assessment.organisations))
        message = f"The return has {many}, and a live workbook holds at most {MOST:,}."
        remedy = "Rate fewer, or write the ratings as values: score -f xlsx."
        raise Refused([Problem(assessment.place_of_return(), "not-live", message, remedy)])
    board = gathered(assessment)
    if board.unlive and not partly:
        raise Refused([not_live(board, id_) for id_ in board.unlive])
    return board


def not_live(board: Board, id_: str) -> Problem:
    """That an item cannot be formulas, and why."""
    known = board.methodology.items.get(id_) or board.methodology.inputs[id_]
    kind = f", which is of the kind {known.rule.kind}," if isinstance(known, Item) else ""
    message = f"{board.methodology.called(id_)}{kind} cannot be written as formulas: {board.unlive[id_]}."
    remedy = "Give --partly: it is written as values, and says so."
    return Problem(known.at or LineLocation(board.methodology.id), "not-live", message, remedy)


def gathered(assessment: Assessment) -> Board:
    """All columns, figures and scales of a live workbook; `unlive` has the items that are values, and why."""
    board = Board(assessment)
    methodology = assessment.methodology
    for figure in methodology.figures.values():
        note = figure.note or (f"{figure.set_from} in the edition" if figure.set_from is not None else "")
        source = board.source_said(figure.source)
        board.lines[figure.name] = Line(figure.name, figure.name, "", "", figure.value, figure.basis, source, note)
    for id_ in methodology.inputs:
        add_input(board, id_)
    for id_ in methodology.order:
        if id_ in assessment.columns:
            add_item(board, methodology.items[id_])
    return board


def add_item(board: Board, item: Item) -> None:
    """The columns of an item: its steps, itself, and its level by name."""
    board.owner = item.id
    cells = [*map(cached, board.assessment.columns[item.id])]
    try:
        formula = whole(board, item)
    except NotLiveError as not_live:
        board.unlive[item.id] = not_live.why
        formula = ""
    board.columns[item.id] = Column(item.id, item.id, item.name, "item", formula, cells)
    if item.scale is not None:
        add_level(board, item.id, item.scale)


def whole(board: Board, item: Item) -> str:
    """The formula of an item: its rule, its gate, its rounding, its limits; what was published or decided stays."""
    if item.rule.kind in NOT_LIVE:
        raise NotLiveError(NOT_LIVE[item.rule.kind])
    formula = WRITERS[item.rule.kind](board, item.rule)
    if item.only_when:
        gate = item.only_when
        opens = board.fit(met(board, gate.when, gate.missing, "gate"), "gate", ROOM // 2)
        rule = board.fit(formula, "before the gate", ROOM // 2)
        formula = f"IF({opens},{rule},{closed(board, gate.when, gate.missing, 'gate', MISSING)})"
    if item.round and item.scale is None:
        raw = board.step("before rounding", formula, [*map(cached, board.assessment.unrounded.get(item.id, ()))])
        step = board.figure(item.round.step, "rounded to multiples of") if item.round.step else None
        keep = board.places(item.id)
        formula = f"IF(ISNUMBER({raw}),{rounding(raw, item.round.halves, item.round.places, keep, step)},{raw})"
    for k, limit in enumerate(item.limits, 1):
        before = board.step("by the rule" if k == 1 else f"after limit {k - 1}", formula)
        formula = limited(board, item, limit, before, f"limit {k}")
    formula = as_published(board, item, formula)
    return as_decided(board, item, formula)


def closed(board: Board, when: When, missing: Literal["holds", "fails"] | None, what: str, otherwise: str) -> str:
    """What stands where a gate or limit is known not to act, or that it is refused as nobody knows whether it does."""
    found = unsettled(board, when, missing, what)
    if found is None:
        return otherwise
    possible, told = (board.fit(part, f"{what}, where a value is missing", ROOM // 3) for part in found)
    return f"IF({possible},{told},{otherwise})"


def limited(board: Board, item: Item, limit: Limit, before: str, what: str) -> str:
    """The place of a level after a limit."""
    scale = item.scale
    assert scale  # noqa: S101 (limits are set on levels: checked when the file was loaded)
    holds = board.fit(met(board, limit.when, limit.missing, what), what, ROOM // 3)
    if limit.end is not None:
        changed = ended(board, scale, limit, before, what)
    elif limit.step == "down":
        changed = f"MIN({before}+{limit.by},{len(scale.levels)})"
    else:
        changed = f"MAX({before}-{limit.by},1)"
    if holds != "TRUE":
        changed = f"IF({holds},{changed},{closed(board, limit.when, limit.missing, what, before)})"
    return f"IF(ISNUMBER({before}),{changed},{before})"


def ended(board: Board, scale: Scale, limit: Limit, before: str, what: str) -> str:
    """The place of a level within a cap or a floor, which may be the level of another item."""
    function = "MAX" if limit.at_best else "MIN"
    if not isinstance(limit.end, OfItem):
        assert limit.end  # noqa: S101 (asked by whoever calls)
        return f"{function}({before},{board.place(limit.end)})"
    end = board.cell(limit.end.item)
    if limit.end.plus is not None:
        plus, numbers = board.figure(limit.end.plus, f"{what}: plus"), token("n", board.scale(scale))
        wanted = f"{board.number(limit.end.item)}+{plus}"
        near = f"MATCH(MIN(MAX({wanted},MIN({numbers})),MAX({numbers})),{numbers},0)"
        end = board.step(f"{what}: its end", f"IF(ISNUMBER({end}),{near},{MISSING})")
    otherwise = before if limit.missing == "fails" else MISSING
    return f"IF(ISNUMBER({end}),{function}({before},{end}),{otherwise})"


def as_published(board: Board, item: Item, formula: str) -> str:
    """What came as published stands for what would be worked out; so does the publisher's marker for none."""
    values = board.assessment.submitted.values.get(item.id)
    if values is None or not any(map(is_taken, values.cells)):
        return formula
    taken = [cell if is_taken(cell) else Missing("", "blank") for cell in values.cells]
    own = handed_in(board, f"{item.id}!given", f"{item.name}, as published", taken)
    formula = board.fit(formula, "by the rule", ROOM // 2)
    none = f'IF({own}="",{formula},{MISSING})' if item.markers else formula
    return read_typed(board, own, item.scale, text=item.rule.gives_text(), otherwise=none)


def as_decided(board: Board, item: Item, formula: str) -> str:
    """What people decided stands for what the rules say."""
    marks = board.assessment.marks.get(item.id, {})
    decided = {n: mark.after for n, own in marks.items() for mark in own if mark.what == "override"}
    if not decided or item.scale is None:
        return formula
    cells = [decided.get(n, Missing("", "blank")) for n in range(board.size)]
    own = handed_in(board, f"{item.id}!decided", f"{item.name}, as decided", cells)
    return placed(board, own, item.scale, board.fit(formula, "before the decision", ROOM // 2))
