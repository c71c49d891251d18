"""Why an organisation is rated as it is, as an object that prints as the command does, and has its steps as a frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation
from nhsrate.core.texts import tidy
from nhsrate.engine.explain import Explanation, explain, mark_text
from nhsrate.notebook.columns import Column, framed, mixed, notes_of, texts, wholes
from nhsrate.pages.base import css_class
from nhsrate.pages.indicators import Chip
from nhsrate.reports.explanation import explanation_text, value_text
from nhsrate.reports.league import symbol_first
from nhsrate.reports.summary import counted, level_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from nhsrate.core.problems import Location
    from nhsrate.engine.assessment import Assessment
    from nhsrate.engine.explain import Reason


@frozen
class Step:
    """One reason, how far down it stands, and whether it was told before, so that its parts are not told again."""

    key: str
    reason: Reason
    depth: int
    again: bool = False


@frozen
class Why:
    """Why one organisation is rated as it is.

    Printed, it is what `nhsrate explain` prints; `to_frame` has a row for each step on the way down to the cells.
    """

    assessment: Assessment
    explanation: Explanation

    def __str__(self) -> str:
        return explanation_text(self.assessment, self.explanation).rstrip("\n")

    def __repr__(self) -> str:
        tops = [self.explanation.reasons[top] for top in self.explanation.tops]
        return "\n".join(
            [
                f"Why: {self.title}",
                *(f"{tidy(one.title)}: {tidy(shown(one))}: {tidy(one.how)}" for one in tops),
                *(tidy(mark_text(mark)) for one in tops for mark in one.marks),
                f"{counted(len(self.explanation.reasons), 'step')}; print(...) tells all, to_frame() has them as rows",
            ]
        )

    def _repr_html_(self) -> str:
        from nhsrate.notebook.cells import cell

        return cell(
            "cell_steps.html",
            [self.title, f"Rules: {self.assessment.methodology.id}; return: {tidy(self.assessment.submitted.name)}"],
            steps=nested(list(self.steps())),
            notes=notes_of(self.assessment),
        )

    @property
    def title(self) -> str:
        """Who it is about, and by which method."""
        one = self.explanation.organisation
        return tidy(f"{one.name or one.code} ({one.code}), {self.assessment.methodology.title}")

    def to_frame(self, *, exact: bool = False) -> pd.DataFrame:
        """A row for each step, from the rating down: each reason once, its parts below it.

        `depth` is how far down it stands (0 is the rating), `item` its id (with the period, where it is an earlier
        one), `value` a float, the name of a level or a text (a decimal with `exact`), `shown` the same as it is
        printed. `how` says how it came about, `changed` what limits and decisions made of it after; `rule` is the line
        of the rules, `cell` the cell of the return, `source` the id of what was published.
        """
        steps = [step for step in self.steps() if not step.again]
        reasons = [step.reason for step in steps]
        columns = [
            Column("depth", wholes(step.depth for step in steps), "Depth"),
            Column("item", texts(step.key for step in steps), "Item"),
            Column("title", texts(one.title for one in reasons), "Title"),
            Column("value", mixed((one.value for one in reasons), exact=exact), "Value"),
            Column("shown", texts(map(shown, reasons)), "As it is printed"),
            Column("unit", texts(one.unit for one in reasons), "Unit"),
            Column("how", texts(one.how for one in reasons), "How it came about"),
            Column("changed", texts("; ".join(map(mark_text, one.marks)) for one in reasons), "Changed after"),
            Column("kind", texts(one.kind for one in reasons), "Kind"),
            Column("rule", texts(placed(one.rule_at) for one in reasons), "Rule"),
            Column("cell", texts(placed(one.cell_at) for one in reasons), "Cell"),
            Column("source", texts(one.source for one in reasons), "Source"),
        ]
        return framed(columns, title=self.title, text=str(self), notes=notes_of(self.assessment))

    def steps(self) -> Iterator[Step]:
        """Every step in the order in which it is told."""
        seen: set[str] = set()
        ahead = [Step(top, self.explanation.reasons[top], 0) for top in reversed(self.explanation.tops)]
        while ahead:
            step = ahead.pop()
            if step.key in seen:
                yield Step(step.key, step.reason, step.depth, again=True)
                continue
            seen.add(step.key)
            yield step
            ahead += [
                Step(part, self.explanation.reasons[part], step.depth + 1) for part in reversed(step.reason.parts)
            ]


def why(assessment: Assessment, organisation: str, item: str | Sequence[str] = ()) -> Why:
    """Why an organisation, by its code or name, is rated as it is; `item` is where to start, if not at the headline.

    Raises `Refused` where there is no such organisation or item, or several fit.
    """
    methodology = assessment.methodology
    asked = [item] if isinstance(item, str) else item
    known = [id_ if id_ in methodology.inputs else assessment.item(id_).id for id_ in asked]
    return Why(assessment, explain(assessment, assessment.find(organisation), known))


def shown(reason: Reason) -> str:
    """A value as it is printed."""
    return level_label(reason.value) if isinstance(reason.value, Level) else value_text(reason)


def placed(at: Location | None) -> str:
    """A place; nothing where there is none."""
    return "" if at is None else str(at)


def near(at: Location | None) -> str:
    """A place where it is plain in which file it is: `line 12`, `Return!F12`."""
    if isinstance(at, LineLocation):
        return f"line {at.line}"
    return str(replace(at, file="")).removeprefix(":") if at is not None and at.row else placed(at)


def nested(steps: Sequence[Step]) -> list[dict[str, object]]:
    """The steps as a tree for a notebook: what is told of each, and its parts."""
    made: list[dict[str, object]] = []
    below: list[list[dict[str, object]]] = [made]
    for step in steps:
        parts: list[dict[str, object]] = []
        below[step.depth :] = [below[step.depth], parts]
        below[step.depth].append({"parts": parts, **told(step)})
    return made


def told(step: Step) -> dict[str, object]:
    """What a notebook shows of a step."""
    reason = step.reason
    value = reason.value
    if isinstance(value, Level):
        chip = Chip(symbol_first(value), css_class(value.colour))
    else:
        chip = Chip(tidy(value_text(reason)), "l-none" if isinstance(value, Missing) else "")
    at = [near(reason.cell_at or reason.rule_at), reason.source or ""]
    return {
        "title": tidy(reason.title),
        "chip": chip,
        "again": step.again,
        "how": "" if step.again or isinstance(value, Missing) else tidy(reason.how),
        "at": "" if step.again else tidy("; ".join(filter(None, at))),
        "marks": [] if step.again else [tidy(mark_text(mark)) for mark in reason.marks],
    }
