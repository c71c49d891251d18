"""One draw as the engine rates it: the same return and methodology with what the draw sets put into their records."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from nhsrate.core.cells import Level, Missing, Scale
from nhsrate.engine.assess import assess
from nhsrate.kinds.combining import Mean, WeightedMean
from nhsrate.language.numbers import Number
from nhsrate.plan.columns import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.plan.columns import Texts
    from nhsrate.plan.plan import Change
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Item, Methodology

T = TypeVar("T")


def rated_draw(
    assessment: Assessment, change: Change, row: int, texts: Texts, only: Iterable[str] | None = None
) -> Assessment:
    """The assessment of one draw by the engine. Raises `Refused` where the method refuses what the draw made."""
    methodology, submitted = assessment.methodology, assessment.submitted
    figures = {name: Decimal(float(column[row, 0])) for name, column in change.figures.items()}
    weights = {id_: [Decimal(float(weight)) for weight in column[row]] for id_, column in change.weights.items()}
    rows = {id_: column[row % len(column)][None, :] for id_, column in change.inputs.items()}
    rows |= {id_: banded.of_draw(row) for id_, banded in change.bands.items()}
    cells = {
        id_: [decoded(column, n, methodology.type_of(id_), texts) for n in range(column.shape[1])]
        for id_, column in rows.items()
    }
    return assess(with_cells(submitted, cells), with_numbers(methodology, figures, weights), only=only)


def with_cells(submitted: Return, cells: Mapping[str, Sequence[Cell]]) -> Return:
    """The return with other cells for some inputs; one that is still missing keeps its reason."""
    values = dict(submitted.values)
    for id_, column in cells.items():
        before = values[id_].cells
        kept = [
            old if isinstance(old, Missing) and isinstance(new, Missing) else new
            for old, new in zip(before, column, strict=True)
        ]
        values[id_] = replace(values[id_], cells=kept)
    return replace(submitted, values=values)


def with_numbers(
    methodology: Methodology, figures: Mapping[str, Decimal], weights: Mapping[str, Sequence[Decimal]]
) -> Methodology:
    """The methodology with other values for some named figures, and other weights for the parts of some items."""
    items = dict(methodology.items)
    populations = dict(methodology.populations)
    if figures:
        items = {id_: replaced(item, figures) for id_, item in items.items()}
        populations = {name: replaced(one, figures) for name, one in populations.items()}
    for id_, own in weights.items():
        items[id_] = reweighted(items[id_], own)
    known = {
        name: replace(figure, value=figures[name]) if name in figures else figure
        for name, figure in methodology.figures.items()
    }
    return replace(methodology, items=items, populations=populations, figures=known)


def replaced(record: T, figures: Mapping[str, Decimal]) -> T:
    """A record with each number that is one of these figures set to its value."""
    made: Any = record
    if isinstance(record, Number):
        value = figures.get(record.figure or "")
        made = record if value is None else replace(record, value=value)
    elif isinstance(record, tuple):
        parts = tuple(replaced(part, figures) for part in record)
        made = record if all(new is old for new, old in zip(parts, record, strict=True)) else parts
    elif is_dataclass(record) and not isinstance(record, type | Level | Scale):
        pairs = [(one.name, getattr(record, one.name)) for one in fields(record)]
        news = {name: new for name, old in pairs if (new := replaced(old, figures)) is not old}
        made = replace(record, **news) if news else record
    found: T = made
    return found


def reweighted(item: Item, weights: Sequence[Decimal]) -> Item:
    """An item with other weights; a plain mean, which has none, becomes a weighted one."""
    rule: Any = item.rule
    of = replace(rule.of, weights=tuple(map(Number, weights)))
    return replace(item, rule=WeightedMean(of, rule.missing) if isinstance(rule, Mean) else replace(rule, of=of))
