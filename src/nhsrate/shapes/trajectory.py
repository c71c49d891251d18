"""The json of `trajectory`: several periods beside a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.shapes.ratings import PROVENANCE, SET
from nhsrate.shapes.words import CODE, EXACT, NAME, PROBLEM, TEXT, TITLE, WHOLE, YES_NO, maybe, record, several

if TYPE_CHECKING:
    from nhsrate.shapes.words import Schema

PERIOD = (TEXT, "The period, as a return calls it or in the same manner.")
WORKED: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
SIDE_OF: Schema = {"enum": ["ahead", "on", "behind", "above", "below"]}
BECAUSE = several(record(period=PERIOD, because=(TEXT, "Why limits begin anew with it.")))
TARGET = maybe(
    record(
        value=(EXACT, "The number that a value is held to."),
        side=({"enum": ["at_least", "above", "at_most", "below"]}, "On which side it is met."),
        by=(TEXT, "The item of the edition whose rule states it, or asked."),
    )
)
TO = maybe(
    record(
        period=PERIOD,
        side=(SIDE_OF, "Where the last value lies to it; above or below where no better side is known."),
        by=(WORKED, "By how much, at least 0."),
        periods=(WHOLE, "For how many values on end."),
    )
)
POINT = record(
    period=PERIOD,
    value=(maybe(WORKED), "The value."),
    missing=(maybe(TEXT), "Why there is none."),
    plan=(maybe(WORKED), "What was planned."),
    to_plan=(maybe(SIDE_OF), "Where it lies to that."),
    line=(maybe(WORKED), "Where the straight line to the aim lies."),
    to_line=(maybe(SIDE_OF), "Where it lies to that."),
    target=(TARGET, "What it is held to, in the edition of its period."),
    meets_target=(maybe(YES_NO), "Whether it meets that."),
    limits=(
        maybe(
            record(
                mean=(WORKED, "The mean of its part of the series."),
                lower=(WORKED, "The lower process limit."),
                upper=(WORKED, "The upper process limit."),
            )
        ),
        "Process limits; null where there are fewer than twelve points.",
    ),
    flags=(several(TEXT), "What Making Data Count flags at it."),
    assurance=(maybe(TEXT), "Whether its process passes its target, fails it, or either by chance."),
)
TRAJECTORY = record(
    tool=(PROVENANCE["properties"]["tool"], "What wrote it."),
    periods=(
        several(
            record(
                period=PERIOD,
                return_=(TEXT, "The return."),
                digest=(TEXT, "Its SHA-256."),
                methodology=(TEXT, "The id of the edition that rated it."),
                rating=(TEXT, "The headline rating of that."),
            )
        ),
        "Each period of which there is a return, in order.",
    ),
    set__maybe=(several(SET), "The figures that the run set."),
    gaps=(several(TEXT), "The periods between them of which there is none."),
    plan=(several(record(period=PERIOD, file=(TEXT, "Where it was read."))), "The periods that are planned."),
    not_in_returns=(several(TEXT), "Codes of the plan that stand in no return."),
    rebased=(BECAUSE, "From when on limits of all begin anew."),
    organisations=(
        several(
            record(
                code=CODE,
                name=NAME,
                levels=(
                    several(
                        record(period=PERIOD, level=(maybe(TEXT), "Its headline result; null where there is none."))
                    ),
                    "Its level in each period.",
                ),
                indicators=(
                    several(
                        record(
                            item=(TEXT, "The input or measure."),
                            title=TITLE,
                            unit=(TEXT, "The unit of its values; empty where none is stated."),
                            better=(maybe({"enum": ["higher", "lower"]}), "Its better side."),
                            target=(TARGET, "What it is held to now."),
                            to_plan=(TO, "The last value beside its plan."),
                            to_line=(TO, "The last value beside the straight line."),
                            planned_so=(YES_NO, "Whether it is behind the line and not behind the plan."),
                            plan_meets=(maybe(TEXT), "The period from which on the plan meets the target."),
                            trend=(
                                maybe(
                                    record(
                                        values=(WHOLE, "Through how many of the last values it is drawn."),
                                        slope=(WORKED, "By how much it rises each period."),
                                        level=(WORKED, "Where it lies at the last of them."),
                                        meets=(maybe(TEXT), "The period from which on it meets the target."),
                                    )
                                ),
                                "The least-squares line; null of fewer than three values.",
                            ),
                            points=(several(POINT), "Its values, in order."),
                            planned=(
                                several(record(period=PERIOD, value=(WORKED, "What is planned."))),
                                "The whole plan.",
                            ),
                            rebased=(BECAUSE, "From when on its limits begin anew."),
                        )
                    ),
                    "Its indicators.",
                ),
            )
        ),
        "Those that are reported.",
    ),
    problems=(several(PROBLEM), "The warnings of all returns."),
)
