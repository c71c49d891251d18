"""What a methodology wants from a return: its inputs, and how the return's table is read."""

from __future__ import annotations

import re
from dataclasses import field
from decimal import Decimal
from typing import Literal

from nhsrate.core.cells import Scale
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text, plain_number, stated_number
from nhsrate.core.problems import LineLocation
from nhsrate.core.texts import fold, quoted
from nhsrate.language.numbers import Number
from nhsrate.language.records import record
from nhsrate.language.tree import Mapping, Node
from nhsrate.language.values import (
    Context,
    Decimals,
    Derived,
    Ref,
    SourceName,
    check_name,
    decode_each,
    mapping,
    number_of,
    scalar,
)
from nhsrate.rules.groups import Together, input_id
from nhsrate.rules.support import Support

InputType = Literal["number", "percent", "count", "duration", "date", "level", "yes/no", "text"]
DURATION_UNITS = ("days", "hours", "minutes", "seconds")
NUMBERS = frozenset({"number", "percent", "count", "duration"})
"""The types of inputs whose values are numbers."""
Polarity = Literal["higher", "lower"]

CODE_HEADINGS = (
    "org code", "organisation code", "organisation_code", "org_code", "orgcode", "trust code", "trust_code",
    "provider code", "provider_code", "provider id", "provider_id", "ods code", "ods_code", "code",
    "organisation id", "org id", "organization code", "odscode", "trustcode", "providercode", "nhs code", "nacs code",
    "nhs trust code", "trust id", "unit code", "site code", "site_code", "hospital code", "hospital_code",
    "hospital id", "hospital number", "facility id", "facility_id", "facility code", "ccn", "cms certification number",
    "cms certification number (ccn)", "medicare provider number", "npi", "provider number", "provider ccn",
    "practice code", "practice_code", "practicecode", "gp practice code", "gp code", "surgery code", "practice id",
    "pharmacy code", "ods practice code", "location id", "location code", "cqc location id", "cqc provider id",
    "care home id", "service code", "service id", "health board code", "healthboard code", "hb code", "hb",
    "board code", "lhb code", "hscp code", "urn", "school urn", "school code", "school id", "school number",
    "dfe number", "dfe no", "laestab", "establishment number", "seed code", "ukprn", "institution code",
    "institution id", "college code", "academy code", "uid", "council code", "authority code", "fhrsid", "fhrs id",
    "establishment id", "company number", "charity number", "charity code", "force code", "constabulary code",
    "institutionscode", "lei", "ric code",
)  # fmt: skip
"""The usual headings of the code of an organisation; those of hospitals first, which most returns are of."""

AREA_CODE_HEADINGS = (
    "area code", "area_code", "areacode", "la code", "la_code", "lad code", "ladcd", "gss code", "gss_code",
    "ons code", "ons_code", "ecode", "e-code", "geography code", "local authority code", "local_authority_code",
    "local authority ons code", "la ons code", "ltla code", "utla code", "upper tier code", "icb code", "icb_code",
    "sub icb code", "sub-icb code", "sub icb location code", "stp code", "ccg code", "ccg_code", "pct code", "sha code",
    "pcn code", "region code", "region_code", "commissioner code", "commissioner_code", "ward code", "lsoa code",
    "msoa code", "district code", "county code", "country code", "iso code", "iso3", "nuts code", "itl code",
)  # fmt: skip
"""Headings of codes of areas: those of what is rated only where no organisation has a code of its own."""

EITHER_HEADINGS = (
    "organisation", "org", "trust", "nhs trust", "provider", "practice", "gp practice", "hospital", "facility",
    "school", "academy", "college", "health board", "board", "council", "authority", "local authority", "area", "icb",
    "ccg", "pct", "site", "location", "institution", "establishment", "id", "identifier", "key", "ref", "reference",
)  # fmt: skip
"""Headings that stand over names or over codes: over codes where what stands below them looks so."""

NAME_HEADINGS = (
    "organisation name", "organisation_name", "org name", "org_name", "orgname", "trust name", "trust_name",
    "provider name", "provider_name", "organisation", "trust", "provider", "name",
)  # fmt: skip


@frozen
class Range:
    """The values an input may have, both ends included; `None` leaves an end open."""

    low: Decimal | None = None
    high: Decimal | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Range:
        """`0..100`, `>= 0` or `<= 1`."""
        word = scalar(node, context)
        if found := re.fullmatch(r"(.+?)\s*\.\.\s*(.+)", word.text):
            low, high = plain_number(found[1]), plain_number(found[2])
            if low is not None and high is not None and low <= high:
                return cls(low, high)
        if (found := re.fullmatch(r"(>=|<=)\s*(.+)", word.text)) and (end := plain_number(found[2])) is not None:
            return cls(low=end) if found[1] == ">=" else cls(high=end)
        raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a range.', 'Write 0..100, ">= 0" or "<= 1".')

    def __str__(self) -> str:
        low, high = (None if end is None else number_text(end) for end in (self.low, self.high))
        if low is None:
            return f"at most {high}"
        return f"at least {low}" if high is None else f"{low} to {high}"


@frozen
class SamplingError:
    """How exact a value is: by the input with its standard error (`of`), one number for all, or what it is a share of.

    With `out_of`, `of` is the input with the numerator and `out_of` that with the denominator.
    """

    of: str | None = None
    number: Number | None = None
    out_of: str | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> SamplingError:
        """The id of an input, a number or a figure's name, or `{numerator: x, denominator: y}`."""
        if isinstance(node, Mapping):
            parts = {key: input_id(part, context) for key, part in node.entries.items()}
            if parts.keys() != {"numerator", "denominator"}:
                remedy = "Write {numerator: seen, denominator: attended}."
                raise context.bad(node.at, "missing-key", "A share has a numerator and a denominator.", remedy)
            return cls(of=parts["numerator"], out_of=parts["denominator"])
        word = scalar(node, context)
        if stated_number(word.text) is None and word.text not in context.figures:
            return cls(of=input_id(node, context))
        found = number_of(word.text, word.at, context)
        if not found.unset and found.value <= 0:
            raise context.bad(word.at, "wrong-type", "A standard error is above zero.", "Such as 0.5.")
        return cls(number=found)

    def inputs(self) -> tuple[str, ...]:
        """The inputs that it is made of."""
        return tuple(id_ for id_ in (self.of, self.out_of) if id_)

    def __str__(self) -> str:
        if self.out_of:
            return f"of {self.of} out of {self.out_of}"
        return f"in {self.of}" if self.of else str(self.number)


@frozen
class Input:
    """One thing the method wants to know of each organisation.

    Fields:
        type: What it is: `number`, `percent`, `count`, `duration` (with `unit`), `date`, `level` (with `scale`),
            `yes/no` or `text`. A duration is a cell of such a format (`[h]:mm:ss`), a text of hours, minutes and
            seconds (`00:07:30`), or a number of its unit. A date is a cell of such a format, or a text such as
            `2026-03-31`, `31/03/2026` or `31 March 2026`, the day before the month; it is compared, and subtracted.
        title: What it is called in public, and a heading under which it is found.
        unit: The unit of its values, for people, which a cell may have beside its number (`£1,400`, `12 kg`); that of a
            `duration` is `days`, `hours`, `minutes` or `seconds`.
        polarity: Whether a `higher` or a `lower` value is better; `{item: direction}` where each row says it, by an
            item whose levels are called `higher` and `lower`.
        aliases: Further headings, beside the id and the title.
        table: The table it stands in, where a return has several.
        group: The heading above the heading, where one name stands several times.
        column: The letters of the column, where nothing else tells it.
        valid: The values that there can be: `0..100`, `">= 0"` or `"<= 1"`; anything else is a problem.
        places: The decimal places that a value is published with, its grain: what would change a rating is told in it.
        step: The grain where it is no decimal place, such as 0.5 of half stars.
        error: The sampling error of a value: the input with its standard error, or one number for all, or
            `{numerator: x, denominator: y}` of a share; what `nhsrate robustness --vary values` draws from.
        bare: Whether a bare number of a `percent` is a `percent` (95) or a `fraction` (0.95); a `%` sign or format
            settles it by itself, and the value is held in per cent.
        decimal: The sign before the decimals of its numbers, where it is not that of the reading.
        thousands: The sign between the thousands of its numbers, likewise.
        scale: The scale of a `level`.
        optional: `true` lets the whole column be absent; with `required` each cell of it must have a value where it
            stands.
        required: `true` wants a value of every organisation: a blank is a problem, a declared marker is an answer.
        markers: Texts that stand for a missing value, each with its reason, for this input alone.
        merge: `sum` adds up the figures of organisations that merged (with `--successors`); otherwise two are a
            problem.
        together: How the figures of several organisations come together where groups are rated: `sum`, `pooled` from
            `{numerator: x, denominator: y}`, `weighted by x`, `worst`, `best` or `not`.
        role: `context` says what an organisation is and not how good: no rule has to read it.
        support: Support that is published, which `nhsrate diagnose` names where it is weak: a list of `{title,
            publisher, url, checked}`.

        plan_of: The input or measure that it was planned for, to which `nhsrate trajectory` holds that.
        source: The entry of `sources:` that defines it.
        note: What else there is to say of it, for people.
    """

    id: str
    type: InputType
    title: str = ""
    unit: str = ""
    polarity: Polarity | None = None
    aliases: tuple[str, ...] = ()
    table: str | None = None
    group: str | None = None
    column: str | None = None
    valid: Range | None = None
    places: Decimals | None = None
    step: Decimal | None = None
    error: SamplingError | None = None
    bare: Literal["percent", "fraction"] = "percent"
    decimal: Literal[".", ","] | None = None
    thousands: Literal[",", ".", " ", "'"] | None = None
    scale: Scale | None = None
    optional: bool = False
    required: bool = False
    markers: tuple[tuple[str, str], ...] = ()
    merge: Literal["sum"] | None = None
    together: Together | None = None
    role: Literal["context"] | None = None
    support: tuple[Support, ...] = ()
    plan_of: Ref | None = None
    source: SourceName | None = None
    note: str = ""
    direction: Derived | None = None
    at: LineLocation | None = field(default=None, compare=False)

    @property
    def grain(self) -> Decimal | None:
        """The step in which a value is published, where it is stated: 1 for a count."""
        if self.step is not None:
            return self.step
        if self.places is not None:
            return Decimal(1).scaleb(-self.places)
        return Decimal(1) if self.type == "count" else None

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading this input may stand under: id, title, aliases."""
        return (self.id, *([self.title] if self.title else []), *self.aliases)


@frozen
class LongForm:
    """A table with a row per organisation and indicator: which column names the indicator, which holds the value.

    `where` keeps only rows whose column of that heading holds that text (such as `Quarter: Q4 2025/26`).
    """

    indicator: str
    value: str
    where: tuple[tuple[str, str], ...] = ()


@frozen
class Repeats:
    """What several rows of one organisation are: a fault, or parts of it whose numbers are added up.

    `missing` says what a part without a value does where others have one.
    """

    how: Literal["refuse", "sum"] = "refuse"
    missing: Literal["refuse", "leave out"] = "refuse"

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Repeats:
        """`sum`, `refuse`, or `{how: sum, missing: leave out}`."""
        if isinstance(node, Mapping):
            made: Repeats = record(cls, node, context)
            return made
        word = scalar(node, context)
        match word.text:
            case "sum" | "refuse" as how:
                return cls(how)
            case _:
                remedy = "Write sum, or {how: sum, missing: leave out}."
                raise context.bad(word.at, "wrong-type", f'"{word.text}" says nothing of repeated rows.', remedy)


@frozen
class CutPoints:
    """A table of published thresholds: a row for each level, a column for each input, texts such as `>= 58 to < 71`.

    `level` is the heading over the levels; `set` the heading over what tells one set of rows from another.
    """

    level: str
    set_: str | None = None


@frozen
class TableReading:
    """How the return's table is found and read. Everything has a default; what is given pins it.

    Fields:
        sheet: The sheet that is read, such as `Provider Level Data`.
        says: Of one of several tables: texts near its top, by which it is known.
        header_row: The row of the headings, counted from 1 at the top of the sheet.
        first_row: The first row below the header that is read, where other rows stand between.
        last_row: The last row that is read.
        table: Which of several tables below each other is meant, by its number or how its title begins, or that all are
            one.
        code: Headings of the organisation's code, beside the usual ones.
        name: Headings of the organisation's name, beside the usual ones.
        codes: What the codes are: `text`, or `number`, or `date` where months are rated.
        period: The heading of the period, or a label with its value beside it.
        headings: Headings of inputs that are others here, such as `{waits: Days waited}`.
        where: Rows that are read: those whose column of that heading holds one of the texts, `{Basis: Provider}`.
        fill: Columns in which a blank cell means the value above it.
        identical_rows: Rows that say cell for cell what one before them said: `refuse`, or `set aside`.
        reasons: The column beside an input's values that says why a blank one is missing, such as `{falls: FallsQF}`.
        repeats: Several rows of one organisation: `sum` where they are parts of it; where nothing is said, refused.
        long: A row for each organisation and indicator: `{indicator: Metric_ID, value: Value}`.
        cut_points: Of one of several tables: that it holds published thresholds.
        markers: Texts that stand for a missing value, each with its reason, such as `{"-": no attendances}`.
        flags: Texts that may stand behind a value, each with what it says of it, such as `{"[r]": revised}`.
        stands_for: Texts that stand for a number, such as `{nil: 0}`.
        shorthand: `government` declares the shorthand of official statistics, such as `[x]` and `[c]`.
        decimal: The sign before decimals in numbers that stand as text; a point where nothing is said.
        thousands: The sign between thousands in numbers that stand as text.
        set_aside: Codes or names of rows that are totals and no organisations, such as `[England]`.
        tables: The tables of a return that has several; each is known by what it `says`, or by its `sheet`.
    """

    sheet: str | None = None
    says: tuple[str, ...] = ()
    header_row: int | None = None
    first_row: int | None = None
    last_row: int | None = None
    table: str | None = None
    code: tuple[str, ...] = CODE_HEADINGS
    name: tuple[str, ...] = NAME_HEADINGS
    codes: Literal["text", "number", "date", "name"] = "text"
    period: tuple[str, ...] = ()
    headings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fill: tuple[str, ...] = ()
    identical_rows: Literal["refuse", "set aside"] = "refuse"
    reasons: tuple[tuple[str, str], ...] = ()
    repeats: Repeats = Repeats()
    long: LongForm | None = None
    cut_points: CutPoints | None = None
    markers: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    stands_for: tuple[tuple[str, Decimal], ...] = ()
    shorthand: Literal["government"] | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Literal[",", ".", " ", "'"] | None = None
    set_aside: tuple[str, ...] = ()
    tables: Tables | None = None

    def of(self, table: str | None) -> TableReading:
        """How a table of the return is read; the whole, where it has no such table."""
        named = dict(self.tables.named) if self.tables else {}
        return named.get(table or "", self)

    @property
    def of_organisations(self) -> dict[str, TableReading]:
        """The tables, of several, that have a row for each organisation."""
        return {name: one for name, one in (self.tables.named if self.tables else ()) if one.cut_points is None}


def signs_apart(stated: Input | TableReading, at: LineLocation, context: Context) -> None:
    """A problem where one sign would part both thousands and decimals, or one text say two things."""
    if stated.thousands is not None and stated.thousands == (stated.decimal or "."):
        message = f'"{stated.thousands}" cannot part both thousands and decimals.'
        context.bad(at, "wrong-type", message, 'Give decimal: and thousands: two signs, such as "," and ".".')
    if isinstance(stated, TableReading):
        meant = {fold(text): text for text, _ in stated.markers}
        for text in (meant[fold(text)] for text, _ in stated.stands_for if fold(text) in meant):
            message = f"{quoted(text)} cannot stand both for a number and for a missing value."
            context.bad(at, "wrong-type", message, "Keep it under markers: or under stands_for:.")


@frozen
class Tables:
    """The tables of a return that has several: each name with how that table is read."""

    named: tuple[tuple[str, TableReading], ...]

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Tables:
        """`{name: reading, ...}`."""
        entries = mapping(node, context)

        def one(name: str) -> tuple[str, TableReading]:
            check_name(name, entries.keys[name], context)
            own = mapping(entries.entries[name], context)
            reading: TableReading = record(TableReading, own, context)
            if reading.tables is not None:
                raise context.bad(own.keys["tables"], "unknown-key", "A table has no tables: of its own.", "Remove it.")
            signs_apart(reading, own.at, context)
            if not reading.says and reading.sheet is None:
                message = f'What tells the table "{name}" from the others is not said.'
                raise context.bad(own.at, "missing-key", message, "Add says: with a text near its top, or sheet:.")
            return name, reading

        return cls(tuple(decode_each(one, entries.entries)))
