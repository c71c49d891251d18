"""The json of the commands on methodologies: `methodologies`, `weights`, `diff`, `manual`, `kinds`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.shapes.ratings import METHODOLOGY
from nhsrate.shapes.words import EXACT, SUPPORT, TEXT, TITLE, WHOLE, YES_NO, by_name, maybe, record, several, with_keys

if TYPE_CHECKING:
    from nhsrate.shapes.words import Schema

HEADING = record(
    id=(TEXT, "The id of the methodology."),
    title=TITLE,
    publisher=(TEXT, "Whose rules they are."),
    period=(TEXT, "The period they are of; empty where they are of none."),
    status=(TEXT, "How far they are as published."),
    summary=(TEXT, "What is rated, and how."),
    indicators=(WHOLE, "How many inputs it has."),
)

INPUT = record(
    id=(TEXT, "Its id."),
    title=TITLE,
    type=(TEXT, "What its values are: number, percent, count, duration, date, level, yes/no or text."),
    unit=(TEXT, "Their unit."),
    polarity=(maybe(TEXT), "Which side is better: higher or lower."),
    direction__maybe=(TEXT, "The item that says which side is better in each row."),
    scale=(maybe(TEXT), "The scale of a level."),
    valid=(maybe(TEXT), "The values that there can be."),
    markers=(by_name(TEXT), "Texts that stand for a missing value, each with its reason."),
    required=(YES_NO, "Whether everyone must have one."),
    optional=(YES_NO, "Whether its column may be absent."),
    aliases=(several(TEXT), "Further headings."),
    role__maybe=({"const": "context"}, "Where it says what an organisation is, and not how good."),
    plan_of__maybe=(TEXT, "The input or measure that it was planned for."),
    support__maybe=(several(SUPPORT), "Published support for where it is weak."),
    source=(maybe(TEXT), "The source that defines it."),
    note=(TEXT, "What there is to say of it."),
    rule=(maybe(TEXT), "Its line in the rule file."),
)

ITEM = record(
    id=(TEXT, "Its id."),
    section=({"enum": ["measures", "ratings"]}, "Where it stands."),
    title=TITLE,
    kind=(TEXT, "The kind of its rule."),
    says=(several(TEXT), "The rule in sentences."),
    reads=(several(TEXT), "The items that it reads."),
    shares=(by_name(maybe(EXACT)), "The part of each item in it, of 1, where it weighs them; null as below."),
    scale=(maybe(TEXT), "The scale of its levels."),
    unit=(TEXT, "The unit of its numbers."),
    headline=(YES_NO, "Whether it is a rating that people speak of."),
    published=(YES_NO, "Whether it is a column of the csv."),
    domain=(YES_NO, "Whether it is a column of the table."),
    support__maybe=(several(SUPPORT), "Published support for where something that it is made of is weak."),
    source=(maybe(TEXT), "The source of its rule."),
    rule=(maybe(TEXT), "Its line in the rule file."),
)

LEVEL = record(
    level=(TEXT, "Its name."),
    word=(TEXT, "It in words."),
    symbol=(TEXT, "Its symbol."),
    colour=(TEXT, "Its colour."),
    number=(maybe(EXACT), "What it counts as."),
    consequences=(several(TEXT), "What follows from it."),
    support__maybe=(several(SUPPORT), "Published support for those at it."),
)

IN_FULL = with_keys(
    METHODOLOGY,
    record(
        summary=(TEXT, "What is rated, and how."),
        rates=(TEXT, "The word for several of what is rated."),
        order=({"enum": ["return", "rating"]}, "The order of its tables."),
        inputs=(several(INPUT), "What it wants to know."),
        items=(several(ITEM), "What is worked out and decided, in the order of the work."),
        effective_weights=(
        by_name(by_name(maybe(EXACT))),
        "For each headline the part of it, of 1, that each input decides; null where a weight has no value yet.",
    ),
        scales=(by_name(several(LEVEL)), "The scales, the best level first."),
        peers__maybe=(
            record(
                by=(by_name(EXACT), "The weight of each input by which organisations are alike."),
                number=(WHOLE, "How many are the peers of one."),
                transform=({"enum": ["none", "log", "sqrt"]}, "What is made of the values before."),
                cap=(maybe(EXACT), "So many standard deviations from the mean count; null where all do."),
                within=(maybe(TEXT), "What must be the same for two to be compared."),
                source=(maybe(TEXT), "The source that says so."),
                note=(TEXT, "What else there is to say of it."),
            ),
            "Who is like whom, where it says so.",
        ),
        populations=(
            by_name(record(when=(TEXT, "Who belongs to it."), because=(TEXT, "Why."))), "The populations, by name.",
        ),
    ),
)  # fmt: skip

LINE = record(
    item=(TEXT, "The item."),
    title=TITLE,
    depth=(WHOLE, "How far below the rating it stands."),
    stated=(maybe(EXACT), "The weight that the rule states."),
    figure=(maybe(TEXT), "The figure that states it."),
    share=(maybe(EXACT), "Its part of the item above, of 1; null where a weight has no value yet."),
    effective=(maybe(EXACT), "Its part of the whole rating, of 1; null where a weight has no value yet."),
    through=(several(TEXT), "The items between."),
    decides_by_rule=(YES_NO, "Whether it is decided by rule, so that nothing in it has a weight."),
    goes_in=(several(TEXT), "What goes into it then."),
)

WEIGHTS = record(
    id=(TEXT, "The id of the methodology."),
    title=TITLE,
    headlines=(several(TEXT), "Its headlines."),
    weighings=(
        several(
            record(
                item=(TEXT, "The item that is made up."),
                title=TITLE,
                lines=(several(LINE), "What it is made of, level by level."),
                decided=(
                    several(
                        record(
                            by=(several(TEXT), "The inputs."),
                            part=(maybe(EXACT), "Their part, of 1; null where a weight has no value yet."),
                        )
                    ),
                    "What decides it in the end.",
                ),
                limited_by=(several(TEXT), "What limits it."),
            )
        ),
        "How each rating is made up.",
    ),
    note=(TEXT, "How to read it."),
)

EDITION = record(id=(TEXT, "The id."), title=TITLE, digest=(TEXT, "The SHA-256 of its files."))

DIFF = record(
    old=(EDITION, "The older edition."),
    new=(EDITION, "The newer edition."),
    same=(YES_NO, "Whether they say the same."),
    sections=(
        by_name(
            several(
                record(
                    how=({"enum": ["in", "out", "changed"]}, "Whether these came, went or changed."),
                    ids=(several(TEXT), "Their ids."),
                    names=(several(TEXT), "Their names."),
                    changes=(
                        several(
                            record(
                                what=(TEXT, "What changed of them."),
                                before=(maybe(TEXT), "What it was."),
                                after=(maybe(TEXT), "What it is."),
                                said=(TEXT, "Both in a sentence."),
                            )
                        ),
                        "What changed.",
                    ),
                )
            )
        ),
        "What is different, section by section.",
    ),
)

FIELD: Schema = record(
    key=(TEXT, "The key."),
    means=(TEXT, "What it means."),
    needed=(YES_NO, "Whether it must be given."),
    default=(TEXT, "What holds where it is not."),
    within=(several({"$ref": "#/$defs/field"}), "The keys within it."),
)

KIND = record(
    kind=(TEXT, "The kind."),
    summary=(TEXT, "What it is, in a sentence."),
    section=(TEXT, "The section of the language's page."),
)

MANUAL = with_keys(
    KIND,
    record(
        meaning=(several(TEXT), "What it means, in paragraphs."),
        gives=(TEXT, "What its results are."),
        alone=(YES_NO, "Whether a result rests on the organisation's own values alone."),
        monotone=(several(TEXT), "The fields in whose values it never turns back."),
        fields=(several({"$ref": "#/$defs/field"}), "Its keys."),
        example=(
            record(
                rules=(several(TEXT), "The rules."),
                levels=(TEXT, "The levels of the scale."),
                better=(TEXT, "Which side is better."),
                before=(TEXT, "The values of the period before."),
                shows=(TEXT, "The table of values and results."),
            ),
            "An example.",
        ),
        unit=(TEXT, "The unit of its results."),
        refused=(TEXT, "What it refuses."),
        source=(TEXT, "Where it was published."),
    ),
)
