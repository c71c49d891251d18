"""What the json of each command looks like: every key with its type and meaning, as JSON Schema.

A key that is there keeps its name, its type and its meaning within a major version of the tool; new keys may come with
a minor one, so that whoever reads the json should pass over what he does not know. The schemas are closed, and so say
what this version writes.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
YES_NO: Schema = {"type": "boolean"}
EXACT: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
FRACTION: Schema = {"type": "string", "pattern": r"^-?\d+(/\d+)?$"}


def maybe(shape: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def several(shape: Schema) -> Schema:
    """A list of them."""
    return {"type": "array", "items": shape}


def by_name(shape: Schema) -> Schema:
    """One of them for each name."""
    return {"type": "object", "additionalProperties": shape}


def record(**keys: tuple[Schema, str]) -> Schema:
    """An object with these keys, each with its shape and meaning.

    One that is not always there ends in `__maybe`; a `_` at the end of a name that Python keeps for itself is dropped.
    """
    named = {key.removesuffix("__maybe").removesuffix("_"): said for key, said in keys.items()}
    there = [key.removesuffix("_") for key in keys if not key.endswith("__maybe")]
    properties = {key: shape | {"description": meaning} for key, (shape, meaning) in named.items()}
    return {"type": "object", "properties": properties, "required": there, "additionalProperties": False}


def with_keys(base: Schema, more: Schema) -> Schema:
    """An object with the keys of both."""
    return {
        **base,
        "properties": base["properties"] | more["properties"],
        "required": [*base["required"], *more["required"]],
    }


CODE = (TEXT, "The code of the organisation.")
NAME = (TEXT, "Its name; the code where the return has none.")
TITLE = (TEXT, "What it is called in public.")

PROBLEM = record(
    at=(TEXT, "Where it stands, as a message has it."),
    file=(TEXT, "The file."),
    sheet__maybe=(TEXT, "The sheet of a workbook."),
    row__maybe=(WHOLE, "The row, from 1."),
    line__maybe=(WHOLE, "The line of a text file, from 1."),
    column__maybe=(WHOLE, "The column, from 1."),
    code=(TEXT, "What sort of problem it is; `nhsrate problem CODE` says more."),
    severity=({"enum": ["error", "warning", "note"]}, "An error stops the rating."),
    message=(TEXT, "What is wrong with this value."),
    cells__maybe=(several(TEXT), "Every cell or row with the same fault, where there are several."),
    remedy=(TEXT, "What to do about it; empty where there is nothing to do."),
)

SET = record(
    name=(TEXT, "The figure."),
    value=(maybe(EXACT), "What the run set."),
    edition=(maybe(EXACT), "What the edition has; null where it has none."),
)

FIGURE = record(
    name=(TEXT, "Its name in the rule file."),
    value=(maybe(EXACT), "Its value, with every digit; null where the edition has none."),
    basis=({"enum": ["stated", "inferred", "assumed"]}, "What it rests on."),
    edition__maybe=(maybe(EXACT), "What the edition has, where the run set another value."),
    source=(maybe(TEXT), "The source that states it, by its name in `sources`."),
    note=(TEXT, "What there is to say of it."),
)

METHODOLOGY = record(
    id=(TEXT, "The id of the methodology."),
    title=TITLE,
    publisher=(TEXT, "Whose rules they are."),
    period=(TEXT, "The period they are of; empty where they are of none."),
    status=(TEXT, "How far they are as published: such as published, inferred, reconstruction, illustrative."),
    status_because=(TEXT, "The status and why, in a sentence."),
    numbers_without_a_name=(WHOLE, "How many numbers stand in the rules without a name or a source."),
    chosen_by=(maybe(TEXT), "What chose the methodology, in words; null where nothing had to."),
    digest=(TEXT, "The SHA-256 of the rule files."),
    files=(several(TEXT), "The rule files, the child before what it extends."),
    set_=(several(SET), "The figures that the run set."),
    figures=(several(FIGURE), "Every named figure."),
    sources=(
        by_name(
            record(
                title=(TEXT, "What the document is called."),
                url=(TEXT, "Where it is; empty where no address is known."),
                note=(TEXT, "What there is to say of it."),
            )
        ),
        "The documents that the rules come from, by their names.",
    ),
    caveats=(several(TEXT), "What to bear in mind of every rating."),
)

OVERRIDE = record(
    code=CODE,
    item=(TEXT, "The rating that was decided."),
    level=(TEXT, "What it became."),
    who=(TEXT, "Who decided."),
    when=(TEXT, "When, as the return says it."),
    why=(TEXT, "Why."),
    at=(TEXT, "The cell that says so."),
)

SUPPOSED = record(
    code=CODE,
    item=(TEXT, "The input."),
    asked=(TEXT, "The value as it was given to `--suppose`."),
    value=(maybe(TEXT), "What that means; null where it is missing."),
    return_=(maybe(TEXT), "What the return says; null where it is missing."),
    cell=(maybe(TEXT), "The cell that says it."),
)

RETURN = record(
    name=(TEXT, "The file, or the files."),
    digest=(TEXT, "The SHA-256 of the file, or of the digests of several."),
    form=({"enum": ["wide", "long"]}, "A row for each organisation, or for each organisation and indicator."),
    period=(maybe(TEXT), "The period that the return says it is of."),
    organisations=(WHOLE, "How many organisations were read."),
    values=(WHOLE, "How many values there are; missing ones are not among them."),
    missing=(WHOLE, "How many values are missing, in columns that are there."),
    set_aside=(
        several(
            record(at=(TEXT, "The row."), text=(TEXT, "How it begins."), reason=(TEXT, "Why it is no organisation's."))
        ),
        "The rows that were read and not rated.",
    ),
    not_used=(several(TEXT), "The headings that the methodology does not use."),
    supposed__maybe=(several(SUPPOSED), "The values that the run supposed."),
    overrides=(several(OVERRIDE), "What people decided."),
)

PROVENANCE = record(
    tool=(record(name=(TEXT, "nhsrate."), version=(TEXT, "Its version.")), "What made this."),
    methodology=(METHODOLOGY, "The rules."),
    return_=(RETURN, "What was rated."),
    earlier__maybe=(by_name(RETURN), "The returns of earlier periods, by how many periods back."),
    taken_as_published=(
        by_name(WHOLE), "The items that the return gives as published, with how many were taken so.",
    ),
    problems=(several(PROBLEM), "The warnings and notes of the run."),
)  # fmt: skip

MARK = record(
    what=({"enum": ["limit", "override"]}, "A limit of the rules, or a decision of people."),
    before=(TEXT, "The result before it."),
    after=(TEXT, "The result after it."),
    because=(TEXT, "Why."),
    at=(TEXT, "The rule, or the cell."),
    who__maybe=(TEXT, "Who decided."),
    when__maybe=(TEXT, "When."),
)

REASON = record(
    title=TITLE,
    kind=(TEXT, "The kind of the rule; of an input the type of its values."),
    value=(maybe(TEXT), "The result: a number with every digit, the name of a level, or a text; null where missing."),
    missing__maybe=(TEXT, "Why there is no value."),
    scale__maybe=(TEXT, "The scale of the level."),
    word__maybe=(TEXT, "The level in words."),
    consequences__maybe=(several(TEXT), "What follows from the level."),
    shown__maybe=(TEXT, "The number as it is printed."),
    how=(TEXT, "How it came about."),
    parts__maybe=(several(TEXT), "The items that it was made of."),
    rule__maybe=(TEXT, "The line of the rule file."),
    cell__maybe=(TEXT, "The cell that the value was read from."),
    supposed__maybe=({"const": True}, "Where the run supposed the value."),
    source__maybe=(TEXT, "The source of the rule, by its name in `sources`."),
    unit__maybe=(TEXT, "The unit of the value."),
    marks__maybe=(several(MARK), "The limits and decisions that changed it."),
)

EXPLANATION = record(
    code=CODE,
    name=NAME,
    headline=(several(TEXT), "The ratings that people speak of, by their ids."),
    items=(by_name(REASON), "Every item with its result and reason, by its id; headlines first."),
)

SCORE = record(
    provenance=(PROVENANCE, "Where all of it comes from."),
    organisations=(several(EXPLANATION), "The organisations with all their results, in the order of the table."),
)

ROWS = record(
    all=(WHOLE, "All rows; the others add up to it."),
    above=(WHOLE, "Above the table."),
    header=(WHOLE, "Of the headings."),
    organisations=(WHOLE, "Of organisations."),
    set_aside=(WHOLE, "Set aside."),
    elsewhere=(WHOLE, "Of other tables, or outside what is read."),
    blank=(WHOLE, "Blank."),
)

COLUMNS = record(
    all=(WHOLE, "All columns; the others add up to it."),
    read=(several(TEXT), "Those that were read."),
    not_used=(several(TEXT), "Those with a heading that were not."),
    without_heading=(several(TEXT), "Those with values and no heading, by their letters."),
    blank=(WHOLE, "Blank."),
)

CHANCE: Schema = {"type": "number", "minimum": 0, "maximum": 1}

CHECKED = record(
    file=(TEXT, "The file, or the files of a return."),
    cases__maybe=(WHOLE, "Of a file of worked cases: how many."),
    profile__maybe=(several(TEXT), "Of a reading profile: the keys that it gives."),
    ratings__maybe=(several(TEXT), "Of a project file: its ratings."),
    methodologies__maybe=(several(TEXT), "Of a project file: its own methodologies."),
    methodology__maybe=(TEXT, "The methodology: that of the file, or that of the return."),
    status__maybe=(TEXT, "Of a rule file: its status."),
    unnamed__maybe=(several(TEXT), "Of a rule file: the places of numbers without a name."),
    chosen_by__maybe=(TEXT, "Of a return: what chose the methodology."),
    sha256__maybe=(TEXT, "Of a return: its digest."),
    period__maybe=(maybe(TEXT), "The period that it says it is of."),
    form__maybe=({"enum": ["wide", "long"]}, "A row for each organisation, or for each value."),
    organisations__maybe=(WHOLE, "How many organisations."),
    values__maybe=(WHOLE, "How many values there are; missing ones are not among them."),
    missing__maybe=(WHOLE, "How many values are missing."),
    tables__maybe=(
        several(
            record(
                file=(TEXT, "The file."), sheet=(maybe(TEXT), "The sheet."), rows=(ROWS, "Where every row went."),
                columns=(COLUMNS, "Where every column went."),
            )
        ),
        "The account of each table.",
    ),
    set_aside__maybe=(
        several(
            record(
                at=(TEXT, "The row."), text=(TEXT, "How it begins."), reason=(TEXT, "Why."),
                rows=(WHOLE, "How many of that kind."),
            )
        ),
        "The rows that are no organisation's.",
    ),
    not_used__maybe=(several(TEXT), "The headings that the methodology does not use."),
    optional_and_absent__maybe=(several(TEXT), "The optional inputs that have no column."),
    supposed__maybe=(several(SUPPOSED), "The values that were supposed."),
    earlier__maybe=(
        by_name(record(file=(TEXT, "The file."), period=(TEXT, "Its period."))),
        "What was read of earlier periods, by how many periods back.",
    ),
)  # fmt: skip

CHECK = record(
    checked=(several(CHECKED), "What was read of each file."),
    problems=(several(PROBLEM), "Every problem, errors first."),
)

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
