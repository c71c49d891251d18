"""Worked cases: `cases.yaml` beside a rule file says what must come out for what is given."""

from __future__ import annotations

import re
from dataclasses import field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import Day, number_text, snap, stated_number
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import LineLocation, Problem, Refused, nearest
from nhsrate.core.texts import entries, fold
from nhsrate.engine.assess import assess
from nhsrate.engine.words import said_of
from nhsrate.kinds.cut_points import CutCell, CutTable
from nhsrate.kinds.workings import cell_text
from nhsrate.language.tree import Mapping, Node, Scalar, read_tree, size_problem, text_of
from nhsrate.language.values import Bad, Context, listed, mapping, only_keys, scalar, text
from nhsrate.returns.model import Organisation, Return, Values
from nhsrate.rules.editions import find_edition
from nhsrate.rules.expand import CASES
from nhsrate.rules.load import load_methodology, shown_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Mapping_
    from pathlib import Path

    from nhsrate.core.cells import Scale
    from nhsrate.rules.model import Methodology


@frozen
class Given:
    """What one organisation of a case gives, and what must come out for it."""

    name: str
    given: dict[str, Scalar]
    expect: dict[str, Scalar]


@frozen
class Case:
    """One worked case: its organisations, the figures it sets, and the tables of cut points that come with it.

    `group` is what the rows are called that it is one of; `source` and `note` say what it rests on.
    """

    name: str
    methodology: str
    organisations: tuple[Given, ...]
    settings: dict[str, str]
    at: LineLocation
    cuts: Mapping_[str, CutTable] = field(default_factory=dict, compare=False)
    group: str = field(default="", compare=False)
    source: str = field(default="", compare=False)
    note: str = field(default="", compare=False)

    @property
    def title(self) -> str:
        """What the case is called: a row with the rows that it is one of."""
        return ": ".join(part for part in (self.group, self.name) if part) or "case"


@frozen
class Miss:
    """A result that did not come out as a case expects."""

    at: LineLocation
    organisation: str
    item: str
    expected: str
    found: str

    def __str__(self) -> str:
        who = f"{self.organisation}: " if self.organisation else ""
        return f"{self.at}: {who}{self.item} is {self.found}, expected {self.expected}"


@frozen
class CaseResult:
    """A case, and what did not come out."""

    case: Case
    misses: tuple[Miss, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.misses and not self.problems


OWN_CASES = pattern(r"^cases[ ]*:", re.MULTILINE)


def case_files(folder: Path) -> list[Path]:
    """The case files of a folder, and its rule files that carry cases of their own."""
    files = sorted([*folder.glob("cases.yaml"), *folder.glob("cases-*.yaml")])
    return [*files, *(file for file in sorted(folder.glob("*.yaml")) if file not in files and has_own_cases(file))]


def has_own_cases(rule_file: Path) -> bool:
    """Whether a rule file, or what is no file of cases, carries cases."""
    if size_problem(rule_file, LineLocation(rule_file.name)) is not None:
        return False
    try:
        return OWN_CASES.search(rule_file.read_text("utf-8-sig")) is not None
    except (OSError, UnicodeDecodeError):  # whoever loads it is told
        return False


def read_cases(path: Path, default: str = "") -> tuple[list[Case], list[Problem]]:
    """The cases of a file, or those in a rule file; `default` is the edition they are of where they do not say."""
    name = shown_path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        return [], [Problem(LineLocation(name), "case", f"The cases cannot be read: {error.strerror}.")]
    content, wrong = text_of(data, name)
    return ([], wrong) if wrong else cases_of(content, name, default)


def cases_of(content: str, name: str, default: str = "") -> tuple[list[Case], list[Problem]]:
    """The cases of a text."""
    tree, problems = read_tree(content, name)
    if tree is None:
        return [], problems or [Problem(LineLocation(name), "case", "The file holds no cases.", "Add cases:.")]
    context = Context(problems)
    cases: list[Case] = []
    try:
        top = _of_a_rule_file(mapping(tree, context))
        only_keys(top, ("methodology", "given", "cut_points", "cases"), context)
        edition = text(top.entries["methodology"], context) if "methodology" in top.entries else default
        common = _scalars(top.entries.get("given"), context)
        cuts = _cut_tables(top.entries.get("cut_points"), context)
        nodes = listed(top.entries.get("cases", tree), context)
    except Bad:
        return [], context.problems
    for node in nodes:
        try:
            cases += [replace(case, cuts=cuts) for case in _case(mapping(node, context), edition, common, context)]
        except Bad:
            continue
    return cases, context.problems


def _of_a_rule_file(top: Mapping) -> Mapping:
    """The cases alone where they stand in their rule file: they are of that edition."""
    if "id" not in top.entries:
        return top
    own = top.only(CASES)
    return Mapping({"methodology": top.entries["id"]} | own.entries, top.at, {"methodology": top.keys["id"]} | own.keys)


CASE_KEYS = ("name", "source", "note", "methodology", "set", "given", "expect", "organisations", "rows")


def _scalars(node: Node | None, context: Context) -> dict[str, Scalar]:
    if node is None:
        return {}
    return {key: scalar(part, context) for key, part in mapping(node, context).entries.items()}


def _cut_tables(node: Node | None, context: Context) -> dict[str, CutTable]:
    """Tables of cut points: `{table: {heading: {level: text}}}`, or with sets `{heading: {set: {level: text}}}`."""
    tables: dict[str, CutTable] = {}
    for name, columns in mapping(node, context).entries.items() if node is not None else ():
        table = mapping(columns, context)
        cells: dict[str, list[CutCell]] = {}
        for heading, part in table.entries.items():
            levels = mapping(part, context)
            inner = {fold(key): word.entries for key, word in levels.entries.items() if isinstance(word, Mapping)}
            sets = inner or {"": levels.entries}
            cells[fold(heading)] = [
                CutCell(own, level, text(word, context), word.at)
                for own, rows in sets.items()
                for level, word in rows.items()
            ]
        tables[name] = CutTable(name, columns.at, cells)
    return tables


def _case(node: Mapping, edition: str, common: dict[str, Scalar], context: Context) -> list[Case]:
    only_keys(node, CASE_KEYS, context)
    get = node.entries.get
    name = text(part, context) if (part := get("name")) else ""
    edition = text(part, context) if (part := get("methodology")) else edition
    settings = {key: word.text for key, word in _scalars(get("set"), context).items()}
    beside = (
        [key for key in ("given", "expect", "rows") if key in node.entries] if "organisations" in node.entries else []
    )
    if beside:
        message = f"{beside[0]}: stands beside organisations:, and would be passed over."
        raise context.bad(node.keys[beside[0]], "case", message, "Say it of each organisation.")
    if (rows := get("rows")) is not None:
        return _rows(mapping(rows, context), node, edition, common, settings, context)
    if (parts := get("organisations")) is not None:
        organisations = []
        for key, part in mapping(parts, context).entries.items():
            own = mapping(part, context)
            only_keys(own, ("given", "expect"), context)
            organisations.append(
                Given(
                    key,
                    common | _scalars(own.entries.get("given"), context),
                    _scalars(own.entries.get("expect"), context),
                )
            )
    else:
        organisations = [Given("", common | _scalars(get("given"), context), _scalars(get("expect"), context))]
    if not any(organisation.expect for organisation in organisations):
        raise context.bad(node.at, "case", "This case expects nothing.", "Add expect:.")
    return [
        Case(
            name,
            edition,
            tuple(organisations),
            settings,
            node.at,
            source=_said(node, "source"),
            note=_said(node, "note"),
        )
    ]


def _said(node: Mapping, key: str) -> str:
    """The text under a key, or nothing."""
    part = node.entries.get(key)
    return part.text if isinstance(part, Scalar) else ""


def _rows(
    rows: Mapping, node: Mapping, edition: str, common: dict[str, Scalar], settings: dict[str, str], context: Context
) -> list[Case]:
    if "given" not in node.entries or "expect" not in node.entries:
        raise context.bad(node.at, "case", "Rows need given: and expect:, each a list of items.")
    given = [text(part, context) for part in listed(node.entries["given"], context)]
    expect = [text(part, context) for part in listed(node.entries["expect"], context)]
    cases = []
    for name, part in rows.entries.items():
        cells = [scalar(cell, context) for cell in listed(part, context)]
        if len(cells) != len(given) + len(expect):
            context.bad(part.at, "case", f'"{name}" has {entries(len(cells))} for {len(given) + len(expect)} items.')
            continue
        own = common | dict(zip(given, cells, strict=False))
        wanted = dict(zip(expect, cells[len(given) :], strict=True))
        case = Case(name, edition, (Given("", own, wanted),), settings, part.at)
        said = _said(node, "name"), _said(node, "source"), _said(node, "note")
        cases.append(replace(case, group=said[0], source=said[1], note=said[2]))
    return cases


def run_cases(cases: Iterable[Case], folder: Path | None = None) -> Iterator[CaseResult]:
    """Rate what each case gives and compare what comes out; its rule file stands in that folder, or is an edition.

    Each methodology is loaded once for each set of figures.
    """
    loaded: dict[tuple[str, tuple[tuple[str, str], ...]], Methodology | Refused] = {}
    for case in cases:
        key = (case.methodology, tuple(sorted(case.settings.items())))
        if key not in loaded:
            loaded[key] = _load(case, folder)
        found = loaded[key]
        if isinstance(found, Refused):
            yield CaseResult(case, problems=tuple(_of_case(problem, case) for problem in found.problems))
        else:
            yield check_case(case, found)


def _load(case: Case, folder: Path | None) -> Methodology | Refused:
    if not case.methodology:
        message = "The case does not say which methodology it is of."
        return Refused([Problem(case.at, "case", message, "Add methodology: with an id above cases:.")])
    try:
        beside = folder / f"{case.methodology}.yaml" if folder else None
        path = beside if beside and beside.is_file() else find_edition(case.methodology, whole=True)
        return load_methodology(path, case.settings)
    except Refused as refused:
        return refused


def _of_case(problem: Problem, case: Case) -> Problem:
    """A problem of what the case sets or names stands in the case; any other where it is."""
    if problem.code in {"unknown-figure", "bad-setting", "unknown-methodology"}:
        return Problem(case.at, problem.code, problem.whole_message, problem.remedy)
    return problem


def check_case(case: Case, methodology: Methodology) -> CaseResult:
    """Rate what a case gives under a methodology and compare what comes out."""
    submitted, problems = case_return(case, methodology)
    wanted = {item: word for organisation in case.organisations for item, word in organisation.expect.items()}
    for item, word in wanted.items():
        if item not in methodology.items and item not in methodology.inputs:
            problems.append(_no_item(item, word.at, methodology))
    if problems:
        return CaseResult(case, problems=tuple(problems))
    try:
        assessment = assess(submitted, methodology, only=wanted)
    except Refused as refused:
        return CaseResult(case, problems=said_of(methodology, refused.problems))
    misses = []
    for n, organisation in enumerate(case.organisations):
        for item, word in organisation.expect.items():
            found = assessment.columns[item][n]
            shown = methodology.items[item].shown if item in methodology.items else None
            if not as_expected(found, word.text, methodology.type_of(item).scale, shown):
                misses.append(Miss(word.at, organisation.name, item, word.text, cell_text(found, shown)))
    return CaseResult(case, tuple(misses))


def _no_item(item: str, at: LineLocation, methodology: Methodology) -> Problem:
    known = [*methodology.inputs, *methodology.items]
    return Problem(at, "case", f'The methodology has no item "{item}".', nearest(item, known))


def as_expected(found: Cell, expected: str, scale: Scale | None, shown: int | None) -> bool:
    """Whether a result is what a case expects: numbers as they are shown, else exactly; levels by name or alias."""
    if isinstance(found, Missing):
        return expected == "missing"
    if isinstance(found, Decimal):
        stated = stated_number(expected)
        if stated is None:
            return False
        number = snap(stated)
        return number == found or (shown is not None and number_text(found, shown) == number_text(number, shown))
    return found == (scale.find(expected) if scale else expected)


def case_return(case: Case, methodology: Methodology) -> tuple[Return, list[Problem]]:
    """What a case gives, as a return; what cannot be given is a problem."""
    problems = []
    absent = Missing("not given in this case", "absent")
    values: dict[str, Values] = {
        id_: Values([absent] * len(case.organisations), sources=()) for id_ in methodology.inputs
    }
    columns: dict[str, list[Cell]] = {}
    for n, organisation in enumerate(case.organisations):
        for item, word in organisation.given.items():
            if item not in methodology.items and item not in methodology.inputs:
                problems.append(_no_item(item, word.at, methodology))
                continue
            cell = given_cell(item, word.text, methodology)
            if cell is None:
                message = f'"{word.text}" cannot be given for {item}.'
                problems.append(Problem(word.at, "case", message, "Give a number or a level of its scale."))
                continue
            columns.setdefault(item, [absent] * len(case.organisations))[n] = cell
    values |= {item: Values(cells) for item, cells in columns.items()}
    organisations = tuple(Organisation(one.name or case.name or "case", one.name) for one in case.organisations)
    return Return(case.at.file, "", organisations, values, cuts=case.cuts), problems


def given_cell(item: str, word: str, methodology: Methodology) -> Cell | None:
    """What a case's text is for an item: missing, a level, a text or a number; nothing where it cannot be."""
    if word in {"missing", ""}:
        return Missing("missing in this case", "blank")
    known = methodology.inputs.get(item) or methodology.items.get(item)
    own = known.markers if known else ()
    table = methodology.inputs[item].table if item in methodology.inputs else None
    shared = methodology.reading.of(table).markers
    if word in dict((*shared, *own)):
        return Missing(dict((*shared, *own))[word], "own marker" if word in dict(own) else "marker")
    type_ = methodology.type_of(item)
    if type_.scale is not None:
        return type_.scale.find(word)
    if type_.kind == "text":
        return word
    if type_.date:
        return Day.of_text(word)
    number = stated_number(word)
    return None if number is None else snap(number)
