"""Coverage-guided fuzzing of the places where foreign bytes come in.

`pip install atheris -e ".[formats]"`, then for each target, for as long as wanted:

    python fuzz/run.py guard -max_total_time=3600 fuzz-corpus/guard

The folder of the corpus is made where it is not there and begins with small files of every kind; what libFuzzer takes
as options may follow. A target may raise `Refused` (the normal answer to a faulty file) and nothing else.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

with atheris.instrument_imports(include=["nhsrate", "zipfile"]):
    import importlib
    import pkgutil
    import zipfile  # noqa: F401 (so that a damaged package is a way of its own)

    from tests import hostile

    import nhsrate

    for module in pkgutil.walk_packages(nhsrate.__path__, "nhsrate."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)  # also those that are put off until they are needed

    from nhsrate.core.problems import Refused, errors
    from nhsrate.engine.assess import assess
    from nhsrate.files.csv_text import csv_book
    from nhsrate.files.guard import guarded
    from nhsrate.files.open import open_book
    from nhsrate.language.tree import Mapping, read_tree
    from nhsrate.returns.read import read_tables
    from nhsrate.rules.inputs import Input, TableReading
    from nhsrate.rules.load import RuleText, methodology_of

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = TableReading(markers=(("-", "none"),), flags=(("[r]", "revised"),))
INPUTS = (Input("rate", "number"), Input("share", "percent", optional=True))
FOLDER = Path(tempfile.mkdtemp(prefix="nhsrate-fuzz-"))


def guard(data: bytes) -> None:
    """Whatever bytes: refused in a sentence, or told what they are."""
    path = FOLDER / "return.xlsx"
    path.write_bytes(data)
    try:
        guarded(path)
    except Refused as refused:
        assert refused.problems


def book(data: bytes) -> None:
    """Whatever bytes: opened and read as a return, or refused."""
    path = FOLDER / "return.bin"
    path.write_bytes(data)
    try:
        read_tables([open_book(path)], INPUTS, PLAIN)
    except Refused as refused:
        assert errors(refused.problems)


def csv(data: bytes) -> None:
    """Whatever bytes as csv: read as a return whose account adds up, or refused."""
    try:
        submitted = read_tables([csv_book("return.csv", data, "")], INPUTS, PLAIN)
    except Refused as refused:
        assert errors(refused.problems)
        return
    for one in submitted.accounts:
        parts = one.above + one.header + one.organisations + one.set_aside + one.elsewhere + one.blank
        assert parts == one.rows, one


def yaml(data: bytes) -> None:
    """Whatever text as a rule file: a methodology, or located problems."""
    text = data.decode("utf-8", "replace")
    tree, problems = read_tree(text, "rules.yaml")
    if not isinstance(tree, Mapping):
        return
    methodology, problems = methodology_of(RuleText(tree, tuple(problems)))
    if methodology is None or errors(problems):
        assert errors(problems)
        return
    table = b"Code," + b",".join(item.id.encode() for item in methodology.inputs.values()) + b"\nRA1\n"
    try:
        assess(read_tables([csv_book("r.csv", table, "")], methodology.wanted(), methodology.reading), methodology)
    except Refused as refused:
        assert errors(refused.problems)


TARGETS: dict[str, Callable[[bytes], None]] = {"guard": guard, "book": book, "csv": csv, "yaml": yaml}
TABLE = b"Code,Rate,Share\nRA1,12.5,50%\nRA2,-,[r]\nEngland,3,4\n"


def seeds(target: str) -> dict[str, bytes]:
    """Small inputs to begin with: every kind of file, or every rule file that ships."""
    if target == "yaml":
        rules = Path(__file__).resolve().parents[1] / "indicators"
        return {path.name: path.read_bytes() for path in rules.glob("*/*.yaml") if path.stat().st_size < 20_000}
    tables = {
        "plain.csv": TABLE,
        "semicolons.csv": TABLE.replace(b",", b";"),
        "utf16.csv": TABLE.decode().encode("utf-16"),
        "quoted.csv": b'"Code","Rate"\r\n"RA1","1,234"\r\n"RA2","a ""b"""\r\n',
    }
    if target == "csv":
        return tables
    return {
        **tables,
        "plain.xlsx": hostile.workbook(),
        "type.xlsx": hostile.with_document_type(),
        "twice.xlsx": hostile.duplicate_parts(),
        "old.xls": hostile.OLE + hostile.utf16("Workbook"),
        "open.ods": hostile.open_document(),
    }


def main() -> None:
    """Run one target; its name comes first, then what libFuzzer takes."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"Name a target: {', '.join(TARGETS)}.")
    target = sys.argv[1]
    folders = [Path(word) for word in sys.argv[2:] if not word.startswith("-")]
    for folder in folders[:1]:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in seeds(target).items():
            (folder / name).write_bytes(data)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
