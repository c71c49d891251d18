"""Rule files as a tree of located texts: every scalar keeps its text, every node its line and column."""

from __future__ import annotations

import stat
from itertools import islice
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.core.texts import unseen_character
from nhsrate.language.yaml_readers import Span, differences, old_breaks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from typing import Any

MAX_DEPTH = 40
MAX_NODES = 200_000
MAX_BYTES = 5_000_000
"""The largest edition that comes with the tool has 27 kB."""

MAX_PROBLEMS = 100
TOO_DEEP = "The file is nested too deeply or too large."
FLAT = "Rule files are flat; simplify it."


@frozen
class Scalar:
    """A single text. `quoted` tells `"3"` from 3, which matters to nobody but an editor."""

    text: str
    at: LineLocation
    quoted: bool = False


@frozen
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    at: LineLocation


@frozen
class Mapping:
    """Keys with their nodes, in the order of the file; `keys` gives where each key itself stands."""

    entries: dict[str, Node]
    at: LineLocation
    keys: dict[str, LineLocation]

    def only(self, keys: Collection[str]) -> Mapping:
        """The same with these keys alone."""
        entries = {key: node for key, node in self.entries.items() if key in keys}
        return Mapping(entries, self.at, {key: self.keys[key] for key in entries})

    def without(self, *keys: str) -> Mapping:
        """The same without these keys."""
        return self.only([key for key in self.entries if key not in keys])


Node = Scalar | Sequence | Mapping


class _Stop(Exception):  # noqa: N818 (control flow inside this module: the tree cannot be read any further)
    def __init__(self, at: LineLocation, message: str, remedy: str) -> None:
        self.problem = Problem(at, "yaml", message, remedy)


def text_of(data: bytes, name: str) -> tuple[str, list[Problem]]:
    """The text of a file in UTF-8, with or without its mark; another encoding is a problem at the line it begins on."""
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        at = LineLocation(name, data[: error.start].count(b"\n") + 1, 1)
        return "", [Problem(at, "encoding", "The file is not UTF-8 here.", "Save it as UTF-8.")]


def size_problem(path: Path, at: LineLocation) -> Problem | None:
    """Why a file cannot be a rule file, told before it is read: it is no ordinary file, or far too large.

    Nothing for a file that is not there and for a folder: reading them says so.
    """
    try:
        facts = path.stat()
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(facts.st_mode):
        if facts.st_size <= MAX_BYTES:
            return None
        size, most = (f"{amount / 1_000_000:,.0f} MB" for amount in (facts.st_size, MAX_BYTES))
        message = f"The file has {size}, and no rule file comes near the {most} that are read."
        return Problem(at, "unsafe-file", message, "Check that this is the rule file.")
    if stat.S_ISDIR(facts.st_mode):
        return None
    message = "This is a pipe or a device, and a rule file was expected."
    return Problem(at, "wrong-kind-of-file", message, "Save what it delivers as a file first.")


def read_tree(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The tree of a YAML text; `None` where it is empty or cannot be read, with the problems found.

    Anchors, aliases, tags, directives, several documents and duplicate keys are refused, and what readers of YAML 1.1
    and of YAML 1.2 take differently.
    """
    import yaml  # only rule files need it

    loader = getattr(yaml, "CLoader", yaml.Loader)
    if breaks := old_breaks(text, file):
        return None, breaks
    builder = _Builder(file)
    try:
        root = builder.document(yaml.parse(text, Loader=loader))
    except _Stop as stop:
        return None, [*builder.problems, stop.problem]
    except yaml.reader.ReaderError as error:
        # a C reader error has an offset in bytes only
        return None, [
            *builder.problems,
            Problem(
                LineLocation(file),
                "yaml",
                f"The text holds a character that YAML does not allow (at offset {error.position}).",
                "Save the file as UTF-8 and remove control characters.",
            ),
        ]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = LineLocation(file, mark.line + 1, mark.column + 1) if mark else LineLocation(file)
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        if "nesting" in said:  # some versions of the C parser have a limit of their own, and reach it first
            return None, [*builder.problems, Problem(at, "yaml", TOO_DEEP, FLAT)]
        remedy = "Check the indentation, quotes and brackets here."
        if mark and _is_indented_by_tab(text, mark.line):
            remedy = "Indent with spaces, never with tabs."
        return None, [*builder.problems, Problem(at, "yaml", f"This is not YAML: {said}.", remedy)]
    found = differences(text, file, builder.spans, builder.brackets) if not builder.problems else ()
    return root, [*builder.problems, *islice(found, MAX_PROBLEMS)]


def _is_indented_by_tab(text: str, line: int) -> bool:
    """Whether a tab stands before the first word of a line (counted from 0)."""
    lines = text.splitlines()
    return line < len(lines) and "\t" in lines[line][: len(lines[line]) - len(lines[line].lstrip())]


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.count = 0
        self.spans: list[Span] = []
        self.brackets: dict[int, int] = {}
        self.indent, self.flow = -1, False

    def document(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in events:
            name = type(event).__name__
            if name == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise _Stop(self.place(event), "A rule file holds one document.", "Remove the line '---'.")
                if event.version or event.tags:
                    raise _Stop(self.place(event), "Directives (%) are not used in rule files.", "Remove the line.")
                root = self.node(next(events), events, 0)
        if isinstance(root, Scalar) and not root.text and not root.quoted:
            return None
        return root

    def place(self, event: Any) -> LineLocation:  # noqa: ANN401 (the events of the C parser are not typed)
        mark = event.start_mark
        return LineLocation(self.file, mark.line + 1, mark.column + 1)

    def node(self, event: Any, events: Iterator[Any], depth: int) -> Node:  # noqa: ANN401 (the events of the C parser are not typed)
        at = self.place(event)
        name = type(event).__name__
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            raise _Stop(at, TOO_DEEP, FLAT)
        if len(self.problems) > MAX_PROBLEMS:
            raise _Stop(at, "There are more faults than can be listed.", "Mend those that are listed first.")
        if name == "AliasEvent":
            raise _Stop(at, f"Aliases (*{event.anchor}) are not used in rule files.", "Write the value out.")
        if event.anchor:
            self.problems.append(
                Problem(at, "yaml", f"Anchors (&{event.anchor}) are not used in rule files.", "Remove it.")
            )
        tag = event.tag
        if tag:
            self.problems.append(Problem(at, "yaml", f"Tags ({tag}) are not used in rule files.", "Remove it."))
        if name == "ScalarEvent":
            if (unseen := unseen_character(event.value)) is not None:
                message = f"The text holds a character that nobody sees (U+{ord(unseen):04X})."
                self.problems.append(Problem(at, "yaml", message, "Remove it."))
            start, end = event.start_mark.index, event.end_mark.index
            self.spans.append(Span(start, end, plain=not event.style, flow=self.flow, indent=self.indent))
            return Scalar(event.value, at, bool(event.style))
        outside = self.indent, self.flow
        if event.flow_style:
            self.brackets[event.start_mark.index] = self.indent
            self.flow = True
        else:
            self.indent = event.start_mark.column
        node = self.sequence(at, events, depth) if name == "SequenceStartEvent" else self.mapping(at, events, depth)
        self.indent, self.flow = outside
        return node

    def sequence(self, at: LineLocation, events: Iterator[Any], depth: int) -> Sequence:
        items: list[Node] = []
        while type(event := next(events)).__name__ != "SequenceEndEvent":
            items.append(self.node(event, events, depth + 1))
        return Sequence(tuple(items), at)

    def mapping(self, at: LineLocation, events: Iterator[Any], depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        keys: dict[str, LineLocation] = {}
        while type(event := next(events)).__name__ != "MappingEndEvent":
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.problems.append(Problem(key.at, "yaml", "A key must be a word.", "Quote it, or mend the colon."))
            elif key.text in entries:
                self.problems.append(
                    Problem(
                        key.at,
                        "duplicate-key",
                        f'"{key.text}" stands twice, first on line {keys[key.text].line}.',
                        "Remove one of them.",
                    )
                )
            else:
                entries[key.text] = value
                keys[key.text] = key.at
        return Mapping(entries, at, keys)
