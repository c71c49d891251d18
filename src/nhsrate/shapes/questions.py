"""The json of the questions that follow a rating: `headroom`, `robustness`, `integrity`, `compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.shapes.ratings import PROVENANCE, SET
from nhsrate.shapes.words import (
    CHANCE,
    CODE,
    EXACT,
    FRACTION,
    NAME,
    NUMBER,
    TEXT,
    TITLE,
    WHOLE,
    YES_NO,
    by_name,
    maybe,
    record,
    several,
    with_keys,
)

if TYPE_CHECKING:
    from nhsrate.shapes.words import Schema

MOVE = record(
    input=(TEXT, "The input."),
    title=TITLE,
    from_=(maybe(TEXT), "Its value now; null where it is missing."),
    to=(maybe(TEXT), "The value that would do it."),
    unit=(TEXT, "The unit of both."),
    of=(maybe(WHOLE), "Of a place: among how many."),
    peers=(WHOLE, "How many other organisations have the value that would do it, or a better one."),
    level=(maybe(TEXT), "The level with it, by a rating of the engine."),
    level_one_step_short=(maybe(TEXT), "The level one step short of it, likewise."),
    confirmed=(YES_NO, "Whether the engine gives another level at it than one step short of it."),
)

TOGETHER = record(
    points=(EXACT, "The percentile points by which each input moves."),
    number=(WHOLE, "How many inputs move."),
    inputs=(several(MOVE), "What each of them does."),
    level=(maybe(TEXT), "The level with all of them."),
    level_one_step_short=(maybe(TEXT), "The level one step short."),
    confirmed=({"const": True}, "That the engine rated both."),
)

HEADROOM = with_keys(
    record(
        code=CODE,
        name=NAME,
        rating=(TEXT, "The rating that is asked about, by its id."),
        level=(maybe(TEXT), "Its level now."),
        to=(maybe(TEXT), "The level to gain; null where there is no better one."),
        held_by=(
            several(
                record(
                    what=(TEXT, "A limit, a gate or a decision."),
                    because=(TEXT, "Why it holds."),
                    source=(maybe(TEXT), "Its source."),
                    acts=(YES_NO, "Whether it acts now, or would on the way up."),
                    on=(TEXT, "The item that it stands on."),
                    lifted_with=(WHOLE, "How many others have to be lifted with it."),
                )
            ),
            "What holds the rating.",
        ),
        gains=(several(MOVE), "The inputs that gain the level, each alone."),
        even_push=(maybe(TOGETHER), "All inputs together, each by the same number of percentile points."),
        fewest=(maybe(TOGETHER), "The fewest inputs that gain it together."),
        losses=(several(MOVE), "The inputs that lose the present level, each alone."),
        not_reporting=(
            several(
                record(
                    input=(TEXT, "The input."),
                    title=TITLE,
                    columns=(several(TEXT), "The inputs that are blank together."),
                    level=(maybe(TEXT), "The level without it."),
                    refused=(YES_NO, "Whether the rules refuse its absence."),
                )
            ),
            "What not reporting an indicator would do.",
        ),
        not_moved=(several(TEXT), "The inputs that have no better side."),
        ratings_of_the_engine=(WHOLE, "How many ratings the engine made for the proof."),
    ),
    PROVENANCE,
)

ROBUSTNESS = with_keys(
    record(
        assumed=(TEXT, "What was varied, in a sentence."),
        rating=(TEXT, "The rating."),
        draws=(
            record(
                asked=(WHOLE, "How many draws were asked for."),
                done=(WHOLE, "How many were made."),
                by_engine=(WHOLE, "How many the engine rated."),
                seed=(WHOLE, "The seed of the random numbers."),
            ),
            "The draws.",
        ),
        failed=(
            several(
                record(cause=(TEXT, "Why."), draws=(WHOLE, "How many draws."), first_draw=(WHOLE, "The first of them."))
            ),
            "The draws that could not be rated.",
        ),
        flips=(NUMBER, "How many organisations are rated otherwise in a draw, on average."),
        sources=(
            several(
                record(
                    name=(TEXT, "What is uncertain."),
                    flips=(NUMBER, "The flips in a draw by it alone."),
                    share=(
                        maybe(NUMBER),
                        "Its part of the flips by all sources (Shapley); null where that was not worked out.",
                    ),
                )
            ),
            "What flips ratings.",
        ),
        leave_one_out=(
            several(
                record(input=(TEXT, "The indicator."), title=TITLE, flips=(WHOLE, "How many are rated otherwise."))
            ),
            "What each indicator, left out, would move.",
        ),
        organisations=(
            several(
                record(
                    code=CODE,
                    name=NAME,
                    level=(maybe(TEXT), "Its level; null where it is not rated."),
                    place=(maybe(WHOLE), "Its place."),
                    place_low=(maybe(WHOLE), "The lower end of the 95 % interval of its place."),
                    place_median=(maybe(WHOLE), "The median of its place."),
                    place_high=(maybe(WHOLE), "The upper end."),
                    flips=(CHANCE, "The share of draws in which it is rated otherwise."),
                    flips_by=(maybe(TEXT), "What flips it most."),
                    chances=(by_name(CHANCE), "The chance of each level, by its name."),
                    chance_unrated=(CHANCE, "The chance of no rating."),
                )
            ),
            "Each organisation, in the order of the table.",
        ),
    ),
    PROVENANCE,
)

OTHERWISE = record(
    code=CODE,
    input__maybe=(TEXT, "The input that is not reported."),
    from_=(maybe(TEXT), "The level."),
    to=(maybe(TEXT), "The level that it would have."),
)

INTEGRITY = record(
    methodology=(TEXT, "The id of the methodology."),
    set__maybe=(several(SET), "The figures that the run set."),
    rating=(TEXT, "The rating."),
    cuts=(
        several(
            record(
                item=(TEXT, "What is cut."),
                cut=(EXACT, "Where."),
                figure=(maybe(TEXT), "The figure that says so."),
                within=(maybe(by_name(TEXT)), "The group that the cut is for."),
                better_side=(maybe(TEXT), "Which side is better."),
                window=(EXACT, "How near is near."),
                at=(WHOLE, "How many lie at the cut."),
                better=(WHOLE, "How many just better, without those at it."),
                worse=(WHOLE, "How many just worse, likewise."),
                p=(CHANCE, "The chance of so uneven a split, those at the cut counted where the rule puts them."),
                p_without_at=(CHANCE, "The same without those at the cut."),
                more_than_expected=(YES_NO, "Whether it stands out among all tests (Holm)."),
                organisations=(several(TEXT), "The codes of those within a hair."),
            )
        ),
        "Every cut of the rules.",
    ),
    tests=(
        record(
            made=(WHOLE, "How many tests were made: of cuts that had anybody near."),
            expected_by_chance=(NUMBER, "How many would have a p below 5 % by chance."),
            standing_out=(WHOLE, "How many stand out."),
        ),
        "The tests.",
    ),
    ends=(
        several(
            record(
                input=(TEXT, "The input."),
                end=(TEXT, "The round end."),
                count=(WHOLE, "How many values end so."),
                of=(WHOLE, "Of how many."),
                expected=(NUMBER, "How many would by chance."),
                p=(CHANCE, "The chance of so many or more."),
            )
        ),
        "Heaps on round ends.",
    ),
    rounding=(several(OTHERWISE), "Who is rated otherwise without rounding."),
    not_reporting=(several(OTHERWISE), "Who gains by not reporting an input."),
    not_asked=(maybe(TEXT), "Why not reporting was not looked at."),
)

CAUSES = ("own_values", "own_coverage", "others", "rules", "decisions")


def causes(shape: Schema, unit: str) -> Schema:
    """The parts of a change, which add up to it."""
    meanings = ("its own values", "what it reports", "the others", "the rules", "decisions of people")
    return record(**{key: (shape, f"Because of {why}, {unit}.") for key, why in zip(CAUSES, meanings, strict=True)})


SIDE = record(return_=(TEXT, "The return."), methodology=(TEXT, "The id of its methodology."))

COMPARE = record(
    old=(SIDE, "What was before."),
    new=(SIDE, "What is now."),
    set__maybe=(several(SET), "The figures that the run set."),
    rating=(TEXT, "The rating."),
    mixtures=(
        maybe({"enum": ["plan", "engine"]}), "What rated the mixtures of both: the arrays, or the engine itself.",
    ),
    moves=(
        several(
            record(
                from_=(maybe(TEXT), "The level before."), to=(maybe(TEXT), "The level now."), count=(WHOLE, "How many.")
            )
        ),
        "The moves between levels.",
    ),
    organisations=(
        several(
            record(
                code=CODE,
                from_=(maybe(TEXT), "The level before."),
                to=(maybe(TEXT), "The level now."),
                causes=(maybe(causes(FRACTION, "in levels, such as -3/2")), "Parts of the move that add up to it."),
                score__maybe=(EXACT, "By how much the score behind the level changed."),
                score_causes__maybe=(causes(NUMBER, "in points of the score"), "The parts of that."),
                inputs=(
                    several(
                        record(
                            input=(TEXT, "The input."),
                            title=TITLE,
                            from_=(maybe(TEXT), "Its value before."),
                            to=(maybe(TEXT), "Its value now."),
                            levels=(maybe(WHOLE), "What its change gave, in levels; above 0 is better."),
                            score=(maybe(NUMBER), "What it gave in the score behind the rating."),
                        )
                    ),
                    "Which inputs moved it.",
                ),
                not_split__maybe=(TEXT, "Why the move is not split."),
            )
        ),
        "Each organisation that is in both.",
    ),
    came=(several(TEXT), "The codes of those that came."),
    went=(several(TEXT), "The codes of those that went."),
    not_split=(maybe(TEXT), "Why no move is split."),
)  # fmt: skip
