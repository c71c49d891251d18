"""`nhsrate new DIR --from-return FILE`: a methodology to start from, made of what a spreadsheet holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal, localcontext
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from nhsrate.beginnings.from_return_rules import QUARTERS, rules_text
from nhsrate.beginnings.guess import ALL_THE_SAME, Guess, guessed
from nhsrate.beginnings.new import with_readme
from nhsrate.beginnings.seen import AS_IT_IS, headings_seen, seen_table, seen_tables
from nhsrate.beginnings.signs import Signs, signs_of_columns
from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import WORKING, number_text
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.engine.assess import assess
from nhsrate.language.write import scalar_text
from nhsrate.returns.profiles import profile_text
from nhsrate.returns.read import read_tables
from nhsrate.rules.load import load_methodology
from nhsrate.rules.schema import schema_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.beginnings.seen import Asked, Column, Seen
    from nhsrate.core.cells import Cell
    from nhsrate.core.tables import Book
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology

SCHEMA = "schema.json"
SHOWN = 12
"""So many columns are listed under one question."""

TAKEN = ("average", "rating", "green_from", "amber_from")
"""Names that the rule file has of its own."""
ORIGIN = "A methodology to change into one of your own, begun from `{file}`: what its columns are was guessed."


@frozen
class Begun:
    """What was begun from a return: the files by name, the table, what each column was taken for, what was left out."""

    files: Mapping[str, str]
    seen: Seen
    signs: Signs
    guesses: tuple[tuple[Column, Guess], ...]
    left_out: tuple[tuple[str, str], ...]


def first_of(books: Sequence[Book], paths: Sequence[Path], sheet: str | None = None) -> tuple[Book, Path, list[Path]]:
    """The first file of a folder, to begin from, with its path and those of the others, which have the same headings.

    Raises `Refused` with every file that has other headings than the first, as its columns would be read by nothing.
    """
    (book, *others), (path, *left) = books, paths
    if others:
        _, own = headings_seen(book, sheet)
        problems = [problem for other in others for problem in _of_headings(path, own, other, sheet)]
        if problems:
            raise Refused(problems)
    return book, path, left


def _of_headings(path: Path, own: Mapping[str, str], other: Book, sheet: str | None) -> list[Problem]:
    """That a file has other headings than the first of its folder."""
    at, theirs = headings_seen(other, sheet)
    gone = [quoted(text) for key, text in own.items() if key not in theirs]
    more = [quoted(text) for key, text in theirs.items() if key not in own]
    if not gone and not more:
        return []
    parts = [f"{word} {listed(texts, shown=5)}" for word, texts in (("without", gone), ("with", more)) if texts]
    message = f"The headings are not those of {quoted(str(path))}: they are {', and '.join(parts)}."
    remedy = f"A methodology is begun from one table: name it, such as --from-return {quote(str(path))}."
    return [Problem(at, "no-table", message, remedy)]


def begun(book: Book, shown: str, id_: str, sheet: str | None = None, asked: Asked = AS_IT_IS) -> Begun:
    """The files of a methodology for the table of a file, on which `check`, `test` and `score` pass.

    `shown` is the file as its user named it, and `asked` what was said of its rows. Raises `Refused` where there is no
    table, nothing tells its rows apart, none of its columns can be scored, or the reader finds faults in it that no way
    of reading mends.
    """
    refused: list[Refused] = []
    for table, header in seen_tables(book, sheet):
        try:
            return _begun(seen_table(book, table, header, asked), shown, id_)
        except Refused as why:
            refused.append(why)
    raise refused[0]  # of the one that most looks like a table


def _begun(seen: Seen, shown: str, id_: str) -> Begun:
    """The files of a methodology for a table."""
    signs = signs_of_columns(seen.columns, seen.separator)
    guesses: list[tuple[Column, Guess]] = []
    left_out: list[tuple[str, str]] = []
    taken = set(TAKEN)
    for column in seen.columns:
        guess = guessed(column, taken, signs)
        if guess is None:
            left_out.append((column.heading, "no cell of it holds a value that can be read"))
            continue
        if column.number in seen.noted and guess.item.type == "text":
            left_out.append((column.heading, "it holds texts, and notes stand in it too"))
            continue
        taken |= {guess.item.id, f"{guess.item.id}_score", *(f"{guess.item.id}_{name}" for name, _ in QUARTERS)}
        guesses.append((column, guess))
    if not any(guess.rated for _, guess in guesses):
        raise Refused([_nothing_to_rate(seen, guesses)])
    guesses = _told_apart(guesses, seen)
    text = rules_text(seen, [guess for _, guess in guesses], signs, id_)
    submitted, methodology = _read(seen, text, id_)
    if seen.add_up or seen.size != len(submitted.organisations):
        guesses = [(column, as_read(guess, submitted)) for column, guess in guesses]
        seen = replace(seen, size=len(submitted.organisations))
        text = rules_text(seen, [guess for _, guess in guesses], signs, id_)
        submitted, methodology = _read(seen, text, id_)
    files = {f"{id_}.yaml": text, "cases.yaml": _cases(submitted, methodology), SCHEMA: schema_text()}
    files["reading.yaml"] = profile_text(submitted, methodology)
    score = f"nhsrate score {quote(shown)} -m {id_}.yaml\n"
    files = with_readme(id_, id_, ORIGIN.format(file=Path(shown).name), files, score)
    return Begun(files, seen, signs, tuple(guesses), tuple(left_out))


def as_read(guess: Guess, submitted: Return) -> Guess:
    """A guess with the values of those that the reader finds, whose thresholds are then the quarters of these."""
    return replace(guess, cells=tuple(submitted.values[guess.item.id].cells))


def _told_apart(guesses: Sequence[tuple[Column, Guess]], seen: Seen) -> list[tuple[Column, Guess]]:
    """The guesses, with the letters of their columns where one name would mean two of them."""
    names = Counter(name for _, guess in guesses for name in {fold(guess.item.id), fold(guess.item.title)})
    names.update((fold(seen.code), fold(seen.name)))
    return [
        (column, replace(guess, item=replace(guess.item, title=column.full, column=column.letters)))
        if column.letters and max(names[fold(guess.item.id)], names[fold(guess.item.title)]) > 1
        else (column, guess)
        for column, guess in guesses
    ]


def _read(seen: Seen, text: str, id_: str) -> tuple[Return, Methodology]:
    """The table read under the rules that were begun; raises `Refused` with every fault that the reader finds."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{id_}.yaml"
        path.write_text(text, "utf-8")
        methodology = load_methodology(path)
    return read_tables([seen.book], methodology.wanted(), methodology.reading), methodology


def _nothing_to_rate(seen: Seen, guesses: Sequence[tuple[Column, Guess]]) -> Problem:
    """That no column could be scored, and why."""
    at = CellLocation(seen.book.file, seen.sheet, seen.header)
    remedy = "Check that this is the right table; `nhsrate new DIR` starts a methodology without one."
    same = [quoted(column.heading) for column, guess in guesses if guess.why.endswith(ALL_THE_SAME)]
    if same:
        message = (
            f"A score tells rows apart, and every number is the same in all rows to rate: {listed(same, shown=5)}."
        )
        return Problem(at, "no-table", message, remedy)
    message = "No column holds numbers, percentages, or yes and no, of which a score could be made."
    asked = [f"{_heading(column)}: {question}" for column, guess in guesses for question in guess.questions]
    if asked:
        message = " ".join([message, *(f"{one}." for one in asked[:SHOWN])])
        remedy = "Write the numbers alone, or with one unit throughout a column; or check that this is the right table."
    return Problem(at, "no-table", message, remedy)


# the worked case


def _cases(submitted: Return, methodology: Methodology) -> str:
    """A worked case of the first organisation of the return that has a value to be scored."""
    with localcontext(WORKING):
        done = assess(submitted, methodology)
    scores = [cells for id_, cells in done.columns.items() if id_ in methodology.items]
    n = next((n for n in done.reported if any(not isinstance(cells[n], Missing) for cells in scores)), 0)
    first = submitted.organisations[n]
    row = "the first row of the return" if n == 0 else "the first row of the return with a value"
    given = {id_: submitted.values[id_].cells[n] for id_ in methodology.inputs}
    lines = [
        "# Worked cases: what must come out for what is given; `nhsrate test` runs them.",
        "# Change what is expected first, then the rules.",
        f"methodology: {methodology.id}",
        "cases:",
        f"  - name: {scalar_text(f'{row}, {first.name}')}",
        "    given:",
        *(f"      {id_}: {_written(cell)}" for id_, cell in given.items() if not isinstance(cell, Missing)),
        "    expect:",
        *(f"      {id_}: {_written(done.columns[id_][n])}" for id_ in methodology.items if id_ != "average"),
    ]
    return "".join(f"{line}\n" for line in lines)


def _written(cell: Cell) -> str:
    """A cell as a case has it."""
    match cell:
        case Missing():
            return "missing"
        case Level():
            return scalar_text(cell.name)
        case Decimal():
            return str(cell) if type(cell) is not Decimal else number_text(cell)
    return scalar_text(cell)


# what is told


def begun_text(found: Begun, folder: Path, shown: str, id_: str, left: Sequence[Path] = ()) -> str:
    """What was made and what was guessed, the unsure first, and what to do next.

    `left` are the other files of the folder that was named.
    """
    seen = found.seen
    sheet = f", sheet {quoted(seen.sheet)}" if seen.sheet is not None else ""
    lines = [f"Made in {folder}:", *(f"  {name}" for name in found.files), ""]
    lines.append(f"Read from {shown}{sheet}: headings in row {seen.header}, {seen.size} rows to rate.")
    if left:
        names = listed([path.name for path in left], shown=5)
        lines.append(f"  Of the folder the first file was taken; with the same headings and left: {names}.")
    lines += [f"  {told}" for told in seen.told]
    questions: dict[str, list[str]] = {}
    for column, guess in found.guesses:
        for question in guess.questions:
            questions.setdefault(question, []).append(f"{_heading(column)}: {_said(guess)}")
    if questions:
        lines += ["", "Please look at these, which were guessed and may be wrong."]
        for question, columns in questions.items():
            lines += [f"  {question[0].upper()}{question[1:]}", *(f"      {column}" for column in _some(columns))]
    sure = [
        f"{_heading(column)}: {_said(guess)} ({guess.why})" for column, guess in found.guesses if not guess.questions
    ]
    lines += _signs_told(found.signs)
    if found.left_out:
        lines += ["", "Left out:", *(f"  {heading}: {why}" for heading, why in found.left_out)]
    if sure:
        lines += ["", "Likely right:", *(f"  {line}" for line in _some(sure))]
    rules = folder / f"{id_}.yaml"
    lines += [
        "",
        "Next:",
        f"  nhsrate score {quote(shown)} -m {quote(str(rules))}",
        f"  nhsrate check {quote(str(rules))}",
        f"  nhsrate test {quote(str(folder))}",
    ]
    return "\n".join(lines) + "\n"


def _some(lines: Sequence[str]) -> list[str]:
    """The first of many lines, and how many more there are; the rule file has all of them."""
    if len(lines) <= SHOWN + 1:
        return list(lines)
    return [*lines[:SHOWN], f"and {len(lines) - SHOWN} more, which the rule file shows"]


def _signs_told(signs: Signs) -> list[str]:
    """What was declared for the whole table."""
    lines = []
    if signs.thousands == ",":
        lines += ["", 'Commas were read as parting thousands ("1,250" is 1250).']
    for what, said in (
        ("missing values; say what each stands for", signs.markers),
        ("marks beside values", signs.flags),
    ):
        if said:
            lines += ["", f"Texts taken for {what}: {listed([quoted(text) for text, _ in said], shown=10)}."]
    return [*lines, *(["", 'Decimals were read behind a comma ("1.234,5").'] if signs.decimal == "," else [])]


def _heading(column: Column) -> str:
    """A heading with its letters."""
    return f"{as_text(column.heading)} ({column.letters})" if column.letters else as_text(column.heading)


def _said(guess: Guess) -> str:
    """What a column was taken for."""
    item = guess.item
    words: list[str] = [f"{item.type} in {item.unit}" if item.unit else item.type]
    if item.type == "percent":
        words.append("bare numbers are fractions" if item.bare == "fraction" else "of 100")
    if guess.rated and item.type not in {"level", "yes/no"}:
        words.append(f"{guess.polarity} is better")
    if not guess.rated:
        words.append("not scored")
    return ", ".join(words)
