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
    SUPPORT,
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

FIGURE = record(
    value=(maybe(TEXT), "The figure; null where it is missing."),
    low=(maybe(EXACT), "The lower end of its interval, at 95 %; null where nothing says how exact it is."),
    high=(maybe(EXACT), "The upper end, likewise."),
)

RISE = record(
    from_=(FIGURE, "The figure in the earlier return."),
    to=(FIGURE, "The figure now."),
    by=(EXACT, "By how much it is better."),
    crossed_the_median=(YES_NO, "Whether it was worse than the median of now, and is not any more."),
)

WEAK = record(
    indicator=(TEXT, "The input, or the item that is made of inputs, such as a share."),
    title=TITLE,
    unit=(TEXT, "The unit of its figures."),
    better=({"enum": ["higher", "lower"]}, "Which side is better; of a level the earlier one on its scale is."),
    value=(maybe(TEXT), "The figure of the organisation."),
    low=(maybe(EXACT), "The lower end of its interval, at 95 %; null where nothing says how exact it is."),
    high=(maybe(EXACT), "The upper end, likewise."),
    median=(maybe(TEXT), "The median of its cohort."),
    median_of=(WHOLE, "Of how many that is the median."),
    supposed=(by_name(maybe(TEXT)), "What the return would say of it at the median, by inputs and items."),
    score_change=(maybe(EXACT), "By how much better the score would be; null where no score is behind the rating."),
    score_at_median=(maybe(TEXT), "The score at the median."),
    levels_gained=(
        maybe({"type": "integer"}),
        "By how many levels better the rating would be; null where it has none.",
    ),
    level_at_median=(maybe(TEXT), "The rating at the median, by the engine."),
    refused_at_median=(YES_NO, "Whether the method rates nothing at the median."),
    asked=(WHOLE, "How many of its peers, or of its cohort where it has none, have a figure."),
    do_better=(WHOLE, "How many of these do better."),
    best=(several(with_keys(record(code=CODE, name=NAME), FIGURE)), "The best that can be named, all that are alike."),
    best_not_named=(maybe(FIGURE), "The best figure where that is no example, since chance may explain it."),
    risen=(maybe(WHOLE), "How many of these rose since the earlier return; null without one."),
    rose_most=(several(with_keys(record(code=CODE, name=NAME), RISE)), "Those who rose most and can be named."),
    rise_not_named=(maybe(RISE), "The largest rise where that is no example, since chance may explain it."),
    support=(several(SUPPORT), "Published support for it."),
)

DIAGNOSE = with_keys(
    record(
        code=CODE,
        name=NAME,
        rating=(TEXT, "The rating that is asked about, by its id."),
        level=(maybe(TEXT), "The rating."),
        score=(
            maybe(record(item=(TEXT, "The item."), value=(maybe(TEXT), "Its value."))),
            "The number behind the rating; null where nothing adds up to it.",
        ),
        support=(several(SUPPORT), "Published support for those at this level."),
        how_sure=(
            maybe(
                record(
                    said=(TEXT, "In a sentence, with what was varied."),
                    chances=(by_name(CHANCE), "The chance of each level, by its name."),
                    chance_unrated=(CHANCE, "The chance of no level."),
                    place_low=(maybe(WHOLE), "The best place of 95 % of the draws."),
                    place_high=(maybe(WHOLE), "The worst place of 95 % of the draws."),
                    draws=(WHOLE, "How many draws were made."),
                    seed=(WHOLE, "The seed of the random numbers."),
                )
            ),
            "How sure the rating is; null where that was not asked.",
        ),
        cohort=(
            record(
                said=(TEXT, "In words."),
                within=(maybe(TEXT), "The item whose value its members share; null where they are all that are rated."),
                value=(maybe(TEXT), "That value."),
                number=(WHOLE, "How many they are, itself among them."),
            ),
            "The organisations that it is compared with.",
        ),
        peers=(
            maybe(
                record(
                    by=(by_name(EXACT), "The weight of each input by which others are alike."),
                    number=(WHOLE, "How many peers were wanted."),
                    transform=({"enum": ["none", "log", "sqrt"]}, "What was made of the values before."),
                    cap=(maybe(EXACT), "So many standard deviations from the mean count; null where all do."),
                    compared=(WHOLE, "How many there were to choose from."),
                    tied_at_the_last=(WHOLE, "How many are as far off as the last that was wanted; 0 where none is."),
                    left_out=(several(TEXT), "The codes of those that lack an input."),
                    same_for_all=(several(TEXT), "The inputs that tell nobody apart."),
                    missing_here=(several(TEXT), "The inputs that the organisation lacks, so that it has no peers."),
                    nearest=(
                        several(record(code=CODE, name=NAME, distance=(EXACT, "How far off: 0 is alike."))),
                        "The peers, the nearest first.",
                    ),
                )
            ),
            "Who is most like it; null where nothing says by what.",
        ),
        since=(
            maybe(record(return_=(TEXT, "The file."), period=(maybe(TEXT), "Its period, where it says one."))),
            "The earlier return; null where none was named.",
        ),
        judged=(WHOLE, "How many indicators have a figure."),
        without_figure=(several(TEXT), "The indicators that have none."),
        weak=(several(WEAK), "The weak indicators, in the order of what they cost."),
        to=(maybe(TEXT), "The level to gain; null where there is no better one."),
        held_by=(
            several(
                record(
                    what=(TEXT, "A limit, a gate or a decision."),
                    because=(TEXT, "Why it holds."),
                    acts=(YES_NO, "Whether it acts now, or would on the way up."),
                    on=(TEXT, "The item that it stands on."),
                )
            ),
            "What holds the rating.",
        ),
        gains=(several(MOVE), "The inputs that gain the level, each alone."),
        fewest=(maybe(TOGETHER), "The fewest inputs that gain it together."),
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
            ends_made=(WHOLE, "How many counts of ends of numbers were made."),
            ends_expected_by_chance=(NUMBER, "How many of those would have a p below 5 % by chance."),
            ends_standing_out=(WHOLE, "How many of those stand out."),
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
                more_than_expected=(YES_NO, "Whether it stands out although so many counts were made."),
            )
        ),
        "Heaps on round ends with a p of at most 5 %.",
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
    score_better=(maybe({"enum": ["higher", "lower"]}), "Which side of the score behind the rating is better."),
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
                    "Which of its inputs changed, and what each alone gave; empty where inputs_told is false.",
                ),
                not_split__maybe=(TEXT, "Why the move is not split."),
            )
        ),
        "Each organisation that is in both.",
    ),
    came=(several(TEXT), "The codes of those that came."),
    went=(several(TEXT), "The codes of those that went."),
    inputs_told=(YES_NO, "Whether it was worked out which inputs moved whom: of all, or with --only."),
    not_split=(maybe(TEXT), "Why no move is split."),
)  # fmt: skip
