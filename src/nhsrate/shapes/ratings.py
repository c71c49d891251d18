"""The json of `score`, `explain` and `check`: what was rated, by what, with which results and reasons."""

from __future__ import annotations

from nhsrate.shapes.words import CODE, EXACT, NAME, PROBLEM, TEXT, TITLE, WHOLE, by_name, maybe, record, several

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

GROUPS = record(
    kind=(TEXT, "The kind of groups, as `--as` names it."),
    title=(TEXT, "What they are called together."),
    members_from=(TEXT, "Where it stands who belongs to which."),
    members=(by_name(by_name(TEXT)), "The members of each group in the return, by their codes, each with its share."),
    not_in_return=(by_name(several(TEXT)), "The members of each group that do not stand in the return."),
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
    groups__maybe=(GROUPS, "The groups that are rated in the place of their members."),
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
    cells__maybe=(several(TEXT), "The cells, where a member of a group gives several figures."),
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
