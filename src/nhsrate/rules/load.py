"""From a rule file to a methodology: every mistake collected, then the whole checked and put in order."""

from __future__ import annotations

import hashlib
import os.path
from decimal import localcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsrate.core.cells import YES_NO
from nhsrate.core.numbers import UNCHECKED
from nhsrate.core.problems import LineLocation, Problem, Refused, errors
from nhsrate.language.tree import Mapping, read_tree, size_problem
from nhsrate.language.values import Bad, Context, scalar, unknown_key
from nhsrate.rules.checks import check_items, effect_problems, ordered
from nhsrate.rules.editions import find_edition
from nhsrate.rules.expand import CHANGES, OWN, SECTIONS, merged, read_families
from nhsrate.rules.head import (
    named,
    read_figures,
    read_head,
    read_populations,
    read_reading,
    read_scales,
    read_sources,
)
from nhsrate.rules.items import read_drafts, read_input, read_item
from nhsrate.rules.model import Family, Methodology

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as MappingType
    from decimal import Decimal

    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Item


def load_methodology(
    edition: str | Path, settings: MappingType[str, str | float | Decimal] | None = None
) -> Methodology:
    """The methodology of an edition's id or a path to a rule file; `settings` gives named figures other values.

    Raises `Refused` with every problem of the file.
    """
    path = find_edition(str(edition))
    methodology, problems = read_methodology(path, {name: str(value) for name, value in (settings or {}).items()})
    if methodology is None or errors(problems):
        raise Refused(problems)
    return methodology


def read_methodology(
    path: Path, settings: MappingType[str, str] | None = None
) -> tuple[Methodology | None, list[Problem]]:
    """The methodology of a rule file, or none; and every problem found in it."""
    problems: list[Problem] = []
    files: list[tuple[str, bytes]] = []
    tree = read_file(path, problems, files, ())
    if tree is None:
        return None, problems
    digest = hashlib.sha256(b"\0".join(data for _, data in files)).hexdigest()
    methodology = methodology_of(tree, problems, settings or {}, tuple(name for name, _ in files), digest)
    if methodology is not None and methodology.id != path.stem and not errors(problems):
        problems.append(
            Problem(
                tree.keys.get("id", tree.at),
                "duplicate-name",
                f'The id "{methodology.id}" is not the name of the file.',
                f"Name the file {methodology.id}.yaml, or write id: {path.stem}.",
            )
        )
    return methodology, problems


def read_file(
    path: Path, problems: list[Problem], files: list[tuple[str, bytes]], seen: tuple[Path, ...]
) -> Mapping | None:
    """The tree of a rule file with what it extends merged in."""
    name = shown_path(path)
    here = LineLocation(name)
    if (too_large := size_problem(path, here)) is not None:
        problems.append(too_large)
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        code = "no-permission" if isinstance(error, PermissionError) else "no-such-file"
        if isinstance(error, IsADirectoryError):
            code = "is-a-folder"
        problems.append(Problem(here, code, f"The rule file cannot be read: {error.strerror}.", "Check the path."))
        return None
    files.append((path.name, data))
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.append(
            Problem(LineLocation(name, line, 1), "encoding", "The file is not UTF-8 here.", "Save it as UTF-8.")
        )
        return None
    tree, found = read_tree(content, name)
    problems += found
    if tree is None:
        if not found:
            problems.append(Problem(here, "empty-file", "The rule file is empty.", "Start it with id: and title:."))
        return None
    if not isinstance(tree, Mapping):
        problems.append(Problem(tree.at, "wrong-type", "A rule file is keys with values, such as id: my-method."))
        return None
    parent = tree.entries.get("extends")
    if parent is None:
        return tree
    try:
        above = find_parent(path, scalar(parent, Context(problems)).text)
    except Bad:
        return None
    except Refused as refused:
        word = f'The parent "{scalar(parent, Context(problems)).text}" is not found.'
        problems += [
            Problem(parent.at, "extends", f"{word} {found.message}", found.remedy) for found in refused.problems
        ]
        return None
    if above.resolve() in (*seen, path.resolve()):
        problems.append(Problem(parent.at, "extends", "Editions extend each other in a circle.", "Break it."))
        return None
    base = read_file(above, problems, files, (*seen, path.resolve()))
    return None if base is None else merged(base, tree, problems)


def find_parent(path: Path, word: str) -> Path:
    """The rule file that an edition extends: beside it by its id, a path from it, or an edition that ships."""
    for candidate in (path.parent / f"{word}.yaml", path.parent / word):
        try:
            if candidate.suffix == ".yaml" and candidate.is_file():
                return candidate
        except OSError:  # such as a name too long for a file
            continue
    return find_edition(word)


def shown_path(path: Path) -> str:
    """The path as people write it: from the working folder where it is below it, else its last two parts."""
    try:
        return Path(os.path.realpath(path)).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return "/".join(path.parts[-2:])


def methodology_of(
    tree: Mapping, problems: list[Problem], settings: MappingType[str, str], files: tuple[str, ...], digest: str
) -> Methodology | None:
    """The methodology that a tree says, or none where it cannot be made out."""
    with localcontext(UNCHECKED):
        return _methodology_of(tree, problems, settings, files, digest)


def _methodology_of(
    tree: Mapping, problems: list[Problem], settings: MappingType[str, str], files: tuple[str, ...], digest: str
) -> Methodology | None:
    context = Context(problems, scales={"yes/no": YES_NO})
    for key, at in tree.keys.items():
        if key in CHANGES:
            context.bad(at, "unknown-key", f"{key}: goes with extends:.", "Name the edition that this one changes.")
        elif key not in (*OWN, *SECTIONS):
            unknown_key(key, at, (*OWN, *SECTIONS), context)
    head = _read(lambda: read_head(tree, context))
    sources = _read(lambda: read_sources(tree, context))
    _read(lambda: read_scales(tree, context))
    figures = _read(lambda: read_figures(tree, context, settings))
    _read(lambda: read_families(named(tree, "families", context), context))
    reading = _read(lambda: read_reading(tree, context))
    drafts = read_drafts(tree, context)
    populations = _read(lambda: read_populations(tree, context))
    inputs: dict[str, Input] = {}
    items: dict[str, Item] = {}
    for draft in drafts:
        context.binding, context.scale, context.text_result = draft.binding, None, False
        try:
            if draft.section == "inputs":
                inputs[draft.id] = read_input(draft, context)
            else:
                items[draft.id] = read_item(draft, context)
        except Bad:
            continue
    if errors(problems):
        return None
    methodology = Methodology(
        **head,
        sources=sources,
        scales=context.scales,
        figures=figures,
        families={name: Family(name, _columns(table), tuple(table)) for name, table in context.families.items()},
        reading=reading,
        populations=populations,
        inputs=inputs,
        items=items,
        order=ordered(items, inputs, populations, problems),
        files=files,
        digest=digest,
    )
    if errors(problems):  # items in a circle: what is passed on along it would be looked for without end
        return methodology
    check_items(methodology, problems, tree.keys["ratings"])
    problems += effect_problems(methodology, tree, context)
    return methodology


def _read(read: Callable[[], Any]) -> Any:  # noqa: ANN401 (whatever the section is)
    """A section, or nothing where it has a problem, so that the next ones are read too."""
    try:
        return read()
    except Bad:
        return None


def _columns(table: MappingType[str, MappingType[str, object]]) -> tuple[str, ...]:
    """The columns of a family; a plain list has none."""
    return tuple(key for key in next(iter(table.values()), {}) if key != "member")
