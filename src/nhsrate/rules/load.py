"""From a rule file to a methodology: every mistake collected, then the whole checked and put in order."""

from __future__ import annotations

import hashlib
import os.path
from dataclasses import replace
from decimal import localcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsrate.core.cells import YES_NO
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import UNCHECKED
from nhsrate.core.problems import LineLocation, Problem, Refused, errors
from nhsrate.language.tree import Mapping, Scalar, read_tree, size_problem, text_of
from nhsrate.language.values import Bad, Context, check_name, mapping, scalar, unknown_key
from nhsrate.rules.checks import check_items, error_problems, ordered
from nhsrate.rules.earlier import with_earlier
from nhsrate.rules.editions import find_edition
from nhsrate.rules.expand import CASES, CHANGES, OWN, SECTIONS, merged, read_families, told_once
from nhsrate.rules.groups import read_groups
from nhsrate.rules.head import (
    named,
    read_figures,
    read_head,
    read_populations,
    read_reading,
    read_scales,
    read_sources,
)
from nhsrate.rules.input_checks import input_problems, reading_problems
from nhsrate.rules.items import read_drafts, read_input, read_item
from nhsrate.rules.model import Family, Methodology, Variant
from nhsrate.rules.support import peer_problems, read_peers

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as MappingType
    from decimal import Decimal

    from nhsrate.language.tree import Node
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Item


def load_methodology(
    edition: str | Path, settings: MappingType[str, str | float | Decimal] | None = None
) -> Methodology:
    """The methodology of an edition's id or a path to a rule file; `settings` gives named figures other values.

    Raises `Refused` with every problem of the file.
    """
    path, said = find_edition(str(edition)), {name: str(value) for name, value in (settings or {}).items()}
    methodology, problems = read_methodology(path, said, warn=False)
    if methodology is None or errors(problems):
        raise Refused(read_methodology(path, said)[1])
    return methodology


@frozen
class RuleText:
    """A rule file as it stands, with what it extends merged in: its tree where it can be read, and what was found.

    `files` has the name and the bytes of each file that was read, the rule file first, and `paths` where it stands.
    """

    tree: Mapping | None
    problems: tuple[Problem, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    paths: tuple[Path, ...] = ()


def read_methodology(
    path: Path, settings: MappingType[str, str] | None = None, *, warn: bool = True
) -> tuple[Methodology | None, list[Problem]]:
    """The methodology of a rule file, or none; and every problem found in it.

    Unless it is to `warn`, what has no effect is not looked for.
    """
    text = read_file(path)
    methodology, problems = methodology_of(text, settings or {}, warn=warn)
    if text.tree is None or methodology is None or methodology.id == path.stem or errors(problems):
        return methodology, problems
    at, said = text.tree.keys.get("id", text.tree.at), f'The id "{methodology.id}" is not the name of the file.'
    remedy = f"Name the file {methodology.id}.yaml, or write id: {path.stem}."
    return methodology, [*problems, Problem(at, "duplicate-name", said, remedy)]


def read_file(path: Path, seen: tuple[Path, ...] = ()) -> RuleText:
    """The text of a rule file; `seen` are the files that extend it, of which none may be its parent."""
    own = replace(_own_text(path), paths=(path,))
    if own.tree is None or (parent := own.tree.entries.get("extends")) is None:
        return own
    above = _parent(path, parent, (*seen, path.resolve()))
    if not isinstance(above, Path):
        return RuleText(None, (*own.problems, *above), own.files, own.paths)
    base = read_file(above, (*seen, path.resolve()))
    problems, files, paths = (*own.problems, *base.problems), (*own.files, *base.files), (*own.paths, *base.paths)
    if base.tree is None:
        return RuleText(None, problems, files, paths)
    tree, found = merged(base.tree, own.tree)
    return RuleText(tree, (*problems, *found), files, paths)


def _own_text(path: Path) -> RuleText:
    """What stands in the file itself."""
    name = shown_path(path)
    here = LineLocation(name)
    if (too_large := size_problem(path, here)) is not None:
        return RuleText(None, (too_large,))
    try:
        data = path.read_bytes()
    except OSError as error:
        code = "no-permission" if isinstance(error, PermissionError) else "no-such-file"
        if isinstance(error, IsADirectoryError):
            code = "is-a-folder"
        return RuleText(
            None, (Problem(here, code, f"The rule file cannot be read: {error.strerror}.", "Check the path."),)
        )
    files = ((path.name, data),)
    content, wrong = text_of(data, name)
    if wrong:
        return RuleText(None, tuple(wrong), files)
    tree, problems = read_tree(content, name)
    if tree is None and not problems:
        problems = [Problem(here, "empty-file", "The rule file is empty.", "Start it with id: and title:.")]
    elif tree is not None and not isinstance(tree, Mapping):
        message = "A rule file is keys with values, such as id: my-method."
        return RuleText(None, (*problems, Problem(tree.at, "wrong-type", message)), files)
    return RuleText(tree, tuple(problems), files)


def _parent(path: Path, node: Node, seen: tuple[Path, ...]) -> Path | list[Problem]:
    """The file that an edition extends, or why there is none."""
    context = Context()
    try:
        word = scalar(node, context).text
    except Bad:
        return context.problems
    try:
        above = find_parent(path, word)
    except Refused as refused:
        said = f'The parent "{word}" is not found.'
        return [Problem(node.at, "extends", f"{said} {found.message}", found.remedy) for found in refused.problems]
    if above.resolve() in seen:
        return [Problem(node.at, "extends", "Editions extend each other in a circle.", "Break it.")]
    return above


def find_parent(path: Path, word: str) -> Path:
    """The rule file that an edition extends: beside it by its id, a path from it, or an edition that ships."""
    for candidate in (path.parent / f"{word}.yaml", path.parent / word):
        try:
            if candidate.suffix == ".yaml" and candidate.is_file():
                return candidate
        except OSError:  # such as a name too long for a file
            continue
    return find_edition(word, whole=True)


def shown_path(path: Path) -> str:
    """The path as people write it: from the working folder where it is below it, else its last two parts."""
    try:
        return Path(os.path.realpath(path)).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return "/".join(path.parts[-2:])


def methodology_of(
    text: RuleText, settings: MappingType[str, str] | None = None, *, warn: bool = True
) -> tuple[Methodology | None, list[Problem]]:
    """The methodology that a text says, or none where it cannot be made out; and every problem, the text's first."""
    if text.tree is None:
        return None, list(text.problems)
    with localcontext(UNCHECKED):
        return _methodology_of(text, text.tree, settings or {}, warn=warn)


def _methodology_of(
    text: RuleText, tree: Mapping, settings: MappingType[str, str], *, warn: bool
) -> tuple[Methodology | None, list[Problem]]:
    """The methodology of a tree, with its variants."""
    whole, problems = _one_methodology(text, tree.without("variants"), settings, warn=warn)
    if whole is None or "variants" not in tree.entries or errors(problems):
        return whole, problems
    variants, found = _variants(text, tree, settings)
    return replace(whole, variants=variants), [*problems, *found]


def _variants(
    text: RuleText, tree: Mapping, settings: MappingType[str, str]
) -> tuple[tuple[Variant, ...], list[Problem]]:
    """The variants of a method, each read as an edition that changes it; its faults are told at its lines."""
    context = Context([])
    made: list[Variant] = []
    problems: list[Problem] = []
    try:
        section = mapping(tree.entries["variants"], context)
        for name, node in section.entries.items():
            check_name(name, section.keys[name], context)
            own = mapping(node, context)
            changed, found = merged(tree.without("variants", "vary"), own.without("title"))
            title = own.entries.get("title")
            whole, told = _one_methodology(text, replace_id(changed, tree), settings, warn=False)
            problems += [*found, *(one for one in told if one.severity == "error")]
            if whole is not None:
                made.append(Variant(name, title.text if isinstance(title, Scalar) else name, whole))
    except Bad:
        pass
    return tuple(made), [*context.problems, *problems]


def replace_id(changed: Mapping, tree: Mapping) -> Mapping:
    """A changed tree under the id of the tree that it changes."""
    return Mapping({**changed.entries, "id": tree.entries["id"]}, tree.at, {**changed.keys, "id": tree.keys["id"]})


def _one_methodology(
    text: RuleText, tree: Mapping, settings: MappingType[str, str], *, warn: bool
) -> tuple[Methodology | None, list[Problem]]:
    """The methodology of a tree without variants."""
    context = Context(list(text.problems), scales={"yes/no": YES_NO})
    for key, at in tree.keys.items():
        if key in CHANGES:
            context.bad(at, "unknown-key", f"{key}: goes with extends:.", "Name the edition that this one changes.")
        elif key not in (*OWN, *SECTIONS, *CASES):
            unknown_key(key, at, (*OWN, *SECTIONS, *CASES), context)
    head = _read(lambda: read_head(tree, context))
    sources = _read(lambda: read_sources(tree, context))
    _read(lambda: read_scales(tree, context))
    figures = _read(lambda: read_figures(tree, context, settings))
    _read(lambda: read_families(named(tree, "families", context), context))
    reading = _read(lambda: read_reading(tree, context))
    groups = _read(lambda: read_groups(named(tree, "groups", context), context))
    tree, drafts = with_earlier(tree, read_drafts(tree, context), context)
    populations = _read(lambda: read_populations(tree, context))
    peers = _read(lambda: read_peers(named(tree, "peers", context), context))
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
    members = {id_: key for key, made in context.made.items() for id_ in made.values()}
    if errors(context.problems):
        return None, told_once(context.problems, members)
    items = {id_: _turned(item, inputs) for id_, item in items.items()}
    order, circles = ordered(items, inputs, populations)
    methodology = Methodology(
        **head,
        sources=sources,
        scales=context.scales,
        figures=figures,
        fractions=context.fractions,
        families={name: Family(name, _columns(table), tuple(table)) for name, table in context.families.items()},
        reading=reading,
        groups=groups,
        populations=populations,
        peers=peers,
        inputs=inputs,
        items=items,
        order=order,
        files=tuple(name for name, _ in text.files),
        paths=text.paths,
        digest=hashlib.sha256(b"\0".join(data for _, data in text.files)).hexdigest(),
    )
    problems = [*context.problems, *circles]
    if not circles:  # what is passed on along a circle would be looked for without end
        problems += check_items(methodology, tree.keys["ratings"]) + input_problems(methodology)
        problems += error_problems(methodology, tree)
        problems += reading_problems(methodology, tree.entries.get("reading"))
        problems += peer_problems(methodology)
    if warn and not circles:
        from nhsrate.rules.effects import effect_problems

        mended = not any(
            problem.code in {"no-effect", "not-a-number-item", "thresholds"} for problem in errors(problems)
        )
        problems += effect_problems(methodology, tree, context, mended=mended)
    return methodology, told_once(problems, members)


def _turned(item: Item, inputs: MappingType[str, Input]) -> Item:
    """An item whose rule turns a value, with what says for each row which side of that is better."""
    rule: Any = item.rule
    entry = inputs.get(rule.of) if rule.kind == "margin" else None
    if entry is None or entry.direction is None or rule.better is not None or item.polarity is not None:
        return item
    from nhsrate.kinds.margin import Better

    return replace(item, rule=replace(rule, better=Better(item=entry.direction)))


def _read(read: Callable[[], Any]) -> Any:  # noqa: ANN401 (whatever the section is)
    """A section, or nothing where it has a problem, so that the next ones are read too."""
    try:
        return read()
    except Bad:
        return None


def _columns(table: MappingType[str, MappingType[str, object]]) -> tuple[str, ...]:
    """The columns of a family; a plain list has none."""
    return tuple(key for key in next(iter(table.values()), {}) if key != "member")
