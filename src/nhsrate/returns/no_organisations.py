"""Rows that are no organisations: countries and regions, placeholders, statistics and targets, documents' own lines."""

from __future__ import annotations

import re
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from nhsrate.core.faults import Fault
from nhsrate.core.frozen import changing, frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.tables import ErrorCell
from nhsrate.core.texts import fold, quoted
from nhsrate.returns.codes import CODE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


Kind = Literal["organisation", "doubtful", "area", "other", "line", "perhaps line", "note"]
"""What a row is. A `line` (`perhaps line`) becomes a `note` (`doubtful`) where only such rows follow."""


@frozen
class Verdict:
    """What the code and name of a row say of it.

    `kind` is `organisation`, `area` (a country or region, which is a total among organisations of another sort),
    `other` (no organisation) or `doubtful` (perhaps none); `reason` says why.
    """

    kind: Kind
    reason: str = ""


ORGANISATION = Verdict("organisation")
KNOWN = Verdict("organisation", "a list has it")
AREA = Verdict("area", "a total")
PLACEHOLDER = Verdict("other", "no one organisation: unknown, other or not applicable")
STATISTIC = Verdict("other", "a statistic or target")
DOUBTFUL = Verdict("doubtful")

COUNTRIES = frozenset((
    "england", "scotland", "wales", "northern ireland", "n ireland", "united kingdom", "uk", "great britain", "gb",
    "britain", "ireland", "republic of ireland", "england and wales", "england wales", "great britain and ireland",
    "isle of man", "jersey", "guernsey", "channel islands", "cymru", "alba",
    "united kingdom of great britain and northern ireland", "england scotland and wales",
))  # fmt: skip
REGIONS = frozenset((
    "north east", "north west", "yorkshire and the humber", "yorkshire and humber", "yorkshire the humber",
    "yorkshire humber", "east midlands", "west midlands", "east of england", "east", "london", "south east",
    "south west", "midlands", "north east and yorkshire", "north east yorkshire", "midlands and east", "north", "south",
    "north of england", "south of england", "midlands and east of england", "south east coast", "south central",
))  # fmt: skip
"""Regions of England as the ONS and the NHS have drawn them since 1994."""

AREA_CODE = pattern(r"[ESWN]92\d{6}|E(?:12|13|15|40)\d{6}|K0[1-9]\d{6}|L93\d{6}|M83\d{6}", re.ASCII | re.IGNORECASE)
"""Codes of countries, and of regions of the ONS and the NHS, as the Code History Database of the ONS has them."""

_NHS_REGION = pattern(r"y(?:5[4-9]|6[0-3])")
_COUNTRY_CODES = frozenset((
    "eng", "engl", "sct", "sco", "scot", "wls", "wal", "wales", "ni", "nir", "nirl", "gbn", "gbr", "gb", "uk", "eaw",
    "gb eng", "gb sct", "gb wls", "gb nir", "e", "s", "w", "n",
))  # fmt: skip
_PLAIN_COUNTRY_CODES = frozenset(("eng", "gbr", "gb", "uk", "gb eng", "gb sct", "gb wls", "gb nir"))

_BODY = (
    r"(?:all|providers?|trusts?|organisations?|organizations?|commissioners?|orgs?|codes?|names?|nhs|boards?|icbs?"
    r"|ccgs?|areas?|hospitals?|sites?|practices?|regions?|councils?|bodies|body|centres?|units?|schools?)"
)
_NOBODY = (
    r"(?:unknown|unk|unallocated|unassigned|unspecified|unmapped|unattributed|unclassified|undefined|missing|invalid"
    r"|null|none|blank|nil|tbc|tba|dummy|n a|na|n k|nk|oth"
    r"|not (?:applicable|known|stated|specified|available|allocated|assigned|recorded|given|mapped|coded|provided)"
    r"|others?|to be confirmed|no (?:code|name|organisation|provider))"
)
_PLACEHOLDER = pattern(rf"(?:{_BODY} )*{_NOBODY}(?: (?:{_BODY}|{_NOBODY}|and|or|the))*")
_DUMMY = pattern(r"([a-z0-9])\1+|z+9+|9+z+")

_NOUNS = frozenset((
    "target", "targets", "standard", "standards", "benchmark", "benchmarks", "average", "averages", "avg", "mean",
    "means", "median", "medians", "mode", "quartile", "quartiles", "quintile", "quintiles", "decile", "deciles",
    "percentile", "percentiles", "centile", "minimum", "maximum", "min", "max", "sd", "stdev", "se", "variance", "n",
    "count", "number", "total", "totals", "sum", "subtotal", "range", "iqr", "threshold", "thresholds", "trajectory",
    "comparator", "comparators", "lcl", "ucl", "limit", "limits", "deviation", "ambition",
))  # fmt: skip
_AROUND = frozenset((
    "national", "regional", "local", "peer", "peers", "group", "of", "the", "all", "other", "trust", "trusts",
    "provider", "providers", "organisation", "organisations", "board", "boards", "england", "english", "scotland",
    "scottish", "wales", "welsh", "uk", "ni", "nhs", "lower", "upper", "top", "bottom", "first", "second", "third",
    "fourth", "inter", "interquartile", "population", "sample", "weighted", "simple", "unweighted", "overall", "grand",
    "sub", "per", "cent", "and", "or", "for", "in", "operational", "constitutional", "constitution", "planning",
    "performance", "value", "values", "score", "scores", "level", "confidence", "control", "interval", "similar",
    "same", "type", "cluster", "comparison", "year", "arithmetic", "geometric", "error", "median", "reporting",
    "submitting", "returns", "hospital", "hospitals",
))  # fmt: skip
_BODIES = frozenset(("trust", "provider", "organisation", "board", "hospital", "group"))
_WORD = pattern(r"[a-z0-9%]+")
_DIGITS = tuple("0123456789")
_AMOUNT = pattern(r"\d+(?:st|nd|rd|th)?%?|%|q[1-4]|p\d{1,2}|d\d{1,2}")
_RANK_CODE = pattern(r"q[1-4]|p\d{1,2}|d\d{1,2}|[lu]q|mdn|med|avg|sd|min|max|std|tgt|bmk|n")
_PERHAPS = pattern(
    r"(?:average|mean|median|total|sum|target|benchmark|quartile|percentile|minimum|maximum)s? (?:of|for|across|in) .+"
    r"|.+ (?:averages?|median|mean|totals?|benchmark|targets?|quartile|percentile)"
)

GSS = 9
"""The length of the codes of the ONS."""

_TELLING = frozenset((
    *_NOUNS, *_COUNTRY_CODES, *" ".join(COUNTRIES | REGIONS).split(),
    "unknown", "unk", "unallocated", "unassigned", "unspecified", "unmapped", "unattributed", "unclassified",
    "undefined", "missing", "invalid", "null", "none", "blank", "nil", "tbc", "tba", "dummy", "na", "n", "nk",
    "oth", "not", "other", "others", "confirmed", "no",
)) - {"and", "of", "the", "man"}  # fmt: skip
"""Words of which every row has one that is not taken for an organisation's."""

_LINE = frozenset((
    "source", "sources", "note", "notes", "published", "publication", "contact", "contacts", "author", "status",
    "revised", "copyright", "page", "email", "e mail", "telephone", "tel", "next", "version", "title", "updated",
    "prepared", "website", "url", "link", "end", "key", "legend", "footnote", "footnotes", "definition", "definitions",
    "caveats", "glossary", "abbreviations", "symbols", "disclaimer", "published by", "last updated", "created",
))  # fmt: skip
"""Words with which the lines of a document begin that stand above or below a table."""

_ANNOUNCES = pattern(
    r"(?:key|legend|notes?|footnotes?|sources?|definitions?|caveats?|abbreviations|symbols|glossary|explanatory notes?"
    r"|data quality|markers?|reasons?|codes used|status)\b(?:\s*\d*\s*[:.\-\u2013].*|\s*\d*)"
    r"|[\[(]?\d{1,2}[\]).:]\s.*|[*\u2020\u2021^#]+.*|[\[(](?:note\s*)?[0-9a-z]{1,2}[\])].*"
)


@lru_cache(maxsize=8192)
def judged(code: str, name: str) -> Verdict:
    """What a tidy code and name say of a row, before its neighbours are looked at.

    >>> judged("UNKNOWN", "Unknown").reason
    'no one organisation: unknown, other or not applicable'
    >>> judged("RX1", "Average Care Ltd").kind, judged("RX1", "Unknown").kind, judged("S92000003", "Scotland").kind
    ('organisation', 'doubtful', 'area')
    >>> judged("RX1", "@SUM(1)").kind
    'organisation'
    """
    if name.startswith(("=", "+", "@")):
        return ORGANISATION  # a formula's function, such as SUM(1), is no word
    if len(code) != GSS and _TELLING.isdisjoint(_WORD.findall(f"{code} {name}".casefold())):
        return ORGANISATION  # as nearly all are
    key, said = _words(code), _words(name)
    same = said in {"", key}
    if _area(code, key, said, same=same):
        return AREA
    return _placeholder(key, said, same=same) or _statistic(key, said, same=same) or ORGANISATION


def _words(text: str) -> str:
    """A text as words alone, which may have a per cent sign."""
    return " ".join(_WORD.findall(fold(text)))


def _area(code: str, key: str, said: str, *, same: bool) -> bool:
    """Whether a row is of a country or region."""
    name = re.sub(r"^the | (?:total|all|overall|region|country|commissioning region|nhs region)$", "", said)
    bare = name.removeprefix("nhs ")
    if AREA_CODE.fullmatch(code) or name in COUNTRIES or (key in _COUNTRY_CODES and bare in COUNTRIES):
        return True
    if (key in COUNTRIES and (same or len(key) > len("gb "))) or (key in _PLAIN_COUNTRY_CODES and same):
        return True
    return bare in REGIONS and (bool(_NHS_REGION.fullmatch(key)) or not key or key in REGIONS)


def _placeholder(key: str, said: str, *, same: bool) -> Verdict | None:
    """What is to be said of a row that stands for no organisation in particular, or nothing."""
    by_code, by_name = bool(_PLACEHOLDER.fullmatch(key)), bool(_PLACEHOLDER.fullmatch(said))
    if by_name:
        agrees = by_code or not key or _DUMMY.fullmatch(key) or alike(key, said)
        return PLACEHOLDER if agrees else DOUBTFUL
    if by_code:
        return PLACEHOLDER if same else DOUBTFUL
    return None


def _statistic(key: str, said: str, *, same: bool) -> Verdict | None:
    """What is to be said of a row that has a statistic of the others, or a target, or nothing."""
    by_name = _statistical(said)
    if by_name:
        agrees = not key or " " in said or _statistical(key) or _RANK_CODE.fullmatch(key) or alike(key, said)
        return STATISTIC if agrees and len(said) > 1 else DOUBTFUL
    if len(key) > 3 and _statistical(key):
        return STATISTIC if same else DOUBTFUL
    return DOUBTFUL if _PERHAPS.fullmatch(said) else None


def _statistical(text: str) -> bool:
    """Whether a text is made up of the words of statistics and targets."""
    words = text.split()
    told = any(word in _NOUNS for word in words) and (words[-1] not in _BODIES or "per" in words)
    return told and all(word in _NOUNS or word in _AROUND or _AMOUNT.fullmatch(word) for word in words)


def alike(code: str, name: str) -> bool:
    """Whether a code is short for a name, by its initials, its beginning or its consonants.

    >>> alike("DNS", "Did not submit"), alike("UNK", "Unknown"), alike("TGT", "Target"), alike("RAL", "Unknown")
    (True, True, True, False)
    """
    letters = re.sub(r"[^a-z]", "", code.casefold())
    words = _words(name).split()
    if not letters or not words:
        return False
    rest = iter("".join(words))
    return any(word.startswith(letters[0]) for word in words[:1]) and all(letter in rest for letter in letters)


def is_country(text: str) -> bool:
    """Whether a text names a country, or is the code of one.

    >>> is_country("Scotland"), is_country("FIN"), is_country("Czech Republic"), is_country("London")
    (True, True, True, False)
    """
    words = _words(text)
    by_name = words in COUNTRIES or words in _NAMED_ABROAD
    return by_name or text in _ABROAD or words in _PLAIN_COUNTRY_CODES or bool(AREA_CODE.fullmatch(text))


def is_line(code: str) -> bool:
    """Whether a text begins a line of a document: its source, when it was published, whom to ask."""
    return not code.endswith(_DIGITS) and _words(code) in _LINE  # no such word ends in one, and most codes do


def announces(text: str) -> bool:
    """Whether a text says that notes, a legend or a list of codes follow.

    >>> announces("Note:"), announces("Key"), announces("1. Not all returned."), announces("Keyworth Hospital")
    (True, True, True, False)
    """
    return bool(_ANNOUNCES.fullmatch(fold(text)))


def doubtful(code: str, name: str) -> Fault:
    """The warning on a row that was read as an organisation's and may be none."""
    message = f"{quoted(', '.join(filter(None, (code, name))))} may be no organisation, and was read as one."
    return Fault("perhaps-no-organisation", "", message, REMEDY, "warning")


REMEDY = "If it is none, name its code under reading: set_aside, or in a profile (--reading FILE)."


_ABROAD = frozenset((
    "ALB", "ARE", "ARG", "ARM", "AUS", "AUT", "AZE", "BEL", "BGD", "BGR", "BIH", "BRA", "BRN", "CAN", "CHE",
    "CHL", "CHN", "COL", "CRI", "CYP", "CZE", "DEU", "DNK", "EGY", "ESP", "EST", "FIN", "FRA", "GEO", "GRC",
    "HKG", "HRV", "HUN", "IDN", "IND", "IRL", "ISL", "ISR", "ITA", "JPN", "KAZ", "KEN", "KHM", "KOR", "LAO",
    "LKA", "LTU", "LUX", "LVA", "MAR", "MEX", "MKD", "MLT", "MMR", "MNE", "MNG", "MYS", "NGA", "NLD", "NOR",
    "NPL", "NZL", "PAK", "PER", "PHL", "POL", "PRT", "ROU", "RUS", "SAU", "SGP", "SRB", "SVK", "SVN", "SWE",
    "THA", "TUR", "TWN", "UKR", "URY", "USA", "VNM", "ZAF",
))  # fmt: skip
"""Codes of other countries, ISO 3166-1 alpha-3: of Europe, the OECD and the larger ones beside them."""

_NAMED_ABROAD = frozenset((
    "australia", "austria", "belgium", "bulgaria", "canada", "china", "croatia", "cyprus", "czechia", "czech republic",
    "denmark", "estonia", "finland", "france", "germany", "greece", "hungary", "iceland", "india", "italy", "japan",
    "latvia", "lithuania", "luxembourg", "malta", "mexico", "netherlands", "the netherlands", "new zealand", "norway",
    "poland", "portugal", "romania", "slovakia", "slovenia", "spain", "sweden", "switzerland", "turkey", "usa",
    "united states", "united states of america", "us", "korea", "israel", "chile", "brazil", "south africa",
))  # fmt: skip

ENOUGH = 64
"""So many organisations of another sort that no table can have as many countries and regions."""


@frozen
class Known:
    """What is known before any row is looked at.

    `codes` (folded) are organisations whatever else a row with one looks like, all of them where it is `None`;
    `countries` tells whether the edition rates countries, which then are no totals; it is asked where one is met.
    """

    codes: frozenset[str] | None = frozenset()
    countries: Callable[[], bool] = bool

    def has(self, code: str) -> bool:
        """Whether a code is known to be an organisation's."""
        return self.codes is None or (bool(self.codes) and code.casefold() in self.codes)


NOTHING_KNOWN = Known()


class Held(NamedTuple):
    """A row that is judged by what stands below it.

    `raw` is the cell of the code, `fault` what is wrong with it where the row is an organisation's.
    """

    kind: Kind
    number: int
    row: Sequence[object]
    raw: object
    code: str
    name: str
    fault: Fault | None = None


@changing
class Waiting:
    """Rows in their order until it is known whether countries are totals here, and where the table ends.

    Countries and regions are totals among organisations of another sort and organisations where most rows are such.
    Rows without values are lines of a legend, notes or a list of codes where nothing but such rows follows: below a
    row that announces them, or by a code unlike those of the table.
    """

    known: Known = NOTHING_KNOWN
    noted: bool = False
    parted: bool = False
    _rows: list[Held] = field(default_factory=list)
    _areas: set[str] = field(default_factory=set)
    _abroad: set[str] = field(default_factory=set)
    _others: set[str] = field(default_factory=set)
    _shapes: set[tuple[int, bool]] = field(default_factory=set)
    _lengths: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether any row waits."""
        return bool(self._rows)

    def judged(self, raw: object, code: str, name: str) -> Verdict:
        """What a row's code, as it was read and as text, and its name say of it."""
        if isinstance(raw, ErrorCell):
            return ORGANISATION
        if self.known.has(code):
            return KNOWN
        verdict = judged(code, name)
        return KNOWN if verdict is AREA and self.known.countries() else verdict

    def kind(self, verdict: Verdict, code: str, name: str, *, valued: bool) -> Kind:
        """What a row is, as far as the rows above it tell; `valued` says that it has values."""
        if verdict.kind == "area":
            return "area"
        if not valued:
            return self.line(code, name) or verdict.kind
        if CODE.fullmatch(code):
            self.saw(code, name)
        return verdict.kind

    def saw(self, code: str, name: str) -> None:
        """An organisation with values, so that what stood above it stood within the table."""
        self.noted = self.parted = False
        self._shapes.add((len(code), code.isupper()))
        self._lengths.add(len(code))
        if len(self._others) < ENOUGH:
            self._others.add(code.casefold())
            if code in _ABROAD or _words(name or code) in _NAMED_ABROAD:
                self._abroad.add(code.casefold())
        if self._rows:
            self._rows = [
                held._replace(kind="organisation") if held.kind in {"line", "perhaps line"} else held
                for held in self._rows
            ]

    def line(self, code: str, name: str) -> Kind | None:
        """Whether a row without values is a line of notes, or perhaps one, as long as only such rows follow."""
        if self.known.has(code) or code.casefold() in self._others:
            return None
        if self.noted or is_line(code):
            self.noted = self.noted or announces(code)
            return "line"
        digits = any(map(str.isdigit, code))
        fits = (len(code), code.isupper()) in self._shapes or (digits and len(code) in self._lengths)
        short = alike(code, name)
        if self._shapes and short and not digits and self._rows and self._rows[-1].kind == "line":
            return "line"
        if fits or not self._shapes:
            return "perhaps line" if self.parted and short and self._shapes and not digits else None
        return "line" if len(code) <= 2 or short or (self.parted and not digits) else "perhaps line"

    def hold(self, held: Held) -> None:
        """Let a row wait for those below it."""
        if held.kind == "area":
            self._areas.add(held.code.casefold())
        self._rows.append(held)

    @property
    def totals(self) -> bool:
        """Whether countries and regions are totals, as far as the rows so far tell."""
        return len(self._areas) + 2 * len(self._abroad) <= len(self._others)

    @property
    def part(self) -> bool:
        """Whether the last row that waits would part two tables, being no organisation's."""
        return bool(self._rows) and (self._rows[-1].kind == "line" or (self._rows[-1].kind == "area" and self.totals))

    def close(self) -> None:
        """The table ends here, so that the last rows are what they seem."""
        final: dict[Kind, Kind] = {"line": "note", "perhaps line": "doubtful"}
        self._rows = [held._replace(kind=final.get(held.kind, held.kind)) for held in self._rows]
        self.noted = False

    def released(self, *, ended: bool = False) -> list[Held]:
        """The rows that need wait no longer, with their final kind; all of them where the table has `ended`."""
        if ended:
            self.close()
        waits = {"line", "perhaps line", *(() if ended or len(self._others) >= ENOUGH else ("area",))}
        end = next((n for n, held in enumerate(self._rows) if held.kind in waits), len(self._rows))
        done, self._rows = self._rows[:end], self._rows[end:]
        areas: Kind = "area" if self.totals else "organisation"
        return [held._replace(kind=areas) if held.kind == "area" else held for held in done]
