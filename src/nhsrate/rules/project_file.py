"""The project file, `nhsrate.yaml`: what a repository holds, which ratings are made of it, and what is the default."""

from __future__ import annotations

from pathlib import Path

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.language.records import record
from nhsrate.language.tree import Node, Scalar, Sequence, read_tree, size_problem, text_of
from nhsrate.language.values import Bad, Context, mapping, scalar

WHAT_TO_WRITE = "Write methodology: and an edition's id, or the path of a rule file."

GLOB = frozenset("*?[")
"""Characters that make a path a pattern."""


@frozen
class Named:
    """A word of the project file, such as a path from its folder, and where it stands."""

    text: str
    at: LineLocation

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Named:
        """One text that is not empty."""
        word = scalar(node, context)
        if not word.text.strip():
            raise context.bad(word.at, "wrong-type", "Nothing is named here.", "Write a name, or leave the key out.")
        return cls(word.text, word.at)

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for every file that fits it."""
        return bool(GLOB.intersection(self.text))


@frozen
class Files:
    """One path or a list of them; `several` says that it stands as a list, which is read as one return."""

    named: tuple[Named, ...]
    several: bool = False

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Files:
        """A text, or a list of texts that is not empty."""
        if isinstance(node, Scalar):
            return cls((Named.from_node(node, context),))
        if not isinstance(node, Sequence) or not node.items:
            raise context.bad(
                node.at, "wrong-type", "A path or a list of paths is wanted here, such as [a.csv, b.csv]."
            )
        return cls(tuple(Named.from_node(part, context) for part in node.items), several=True)


@frozen
class Settings:
    """Values for named figures: `{cut: 2.06}`."""

    values: tuple[tuple[str, str], ...]
    at: LineLocation

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Settings:
        """Keys with a number each, as texts."""
        entries = mapping(node, context).entries
        return cls(tuple((key, Named.from_node(part, context).text.strip()) for key, part in entries.items()), node.at)


@frozen
class Entry:
    """A rating of the project: which return is rated how, and which files are made of it.

    Fields:
        return: the return that is rated: a path; a list of paths, which are read as one return; or a pattern such as
            `returns/*.csv`, which makes one rating for each file
        name: what the rating is called, such as food-2025; without it, the name of the first output less its ending
        methodology: an id, or the path of a rule file; without it, as the project says, else as the return says or fits
        reading: a reading profile, which says how the return is read
        sheet: the sheet of the return that is read
        organisations: a table of the codes that may occur; others are errors
        successors: a table of old codes and the new ones that they are read as
        as_at: with successors, the day up to which they are applied
        set: values for named figures of the methodology
        against: the published return of all organisations, within which the return is rated
        against_reading: how that return is read: a reading profile
        earlier: the return of an earlier period that the method looks back at, or a list, one for each period
        earlier_reading: how those returns are read: a reading profile
        as: the groups that are rated in the place of their members, such as systems
        groups: with as, the table of who belongs to which
        outputs: files that are made, each by its ending (.csv, .json, .md, .xlsx, .live.xlsx for formulas, .html for a
            report); they may hold {name}, {stem} (of the return), {period} and {methodology}
    """

    return_: Files
    at: LineLocation
    name: Named | None = None
    methodology: Named | None = None
    reading: Named | None = None
    sheet: Named | None = None
    organisations: Named | None = None
    successors: Named | None = None
    as_at: Named | None = None
    set: Settings | None = None
    against: Files | None = None
    against_reading: Named | None = None
    earlier: Files | None = None
    earlier_reading: Named | None = None
    as_: Named | None = None
    groups: Named | None = None
    outputs: Files | None = None


@frozen
class Project:
    """What a project file says; paths are from the folder it stands in.

    Fields:
        methodologies: the folder of the project's own rule files, or a list of folders; each file's name is its id
        methodology: what returns are rated under where nothing else is said: an id, or the path of a rule file
        reading: a reading profile, which says how returns are read where nothing else is said
        ratings: the ratings that `nhsrate build` makes, and `nhsrate build --check` holds
    """

    file: Path
    methodologies: Files | None = None
    methodology: Named | None = None
    reading: Named | None = None
    ratings: tuple[Entry, ...] = ()

    @property
    def root(self) -> Path:
        """The folder of the project."""
        return self.file.parent


def read_project(path: Path, name: str) -> tuple[Project | None, list[Problem]]:
    """What a project file says, or nothing where it cannot be made out; and every problem, under that name."""
    here = LineLocation(name)
    if (refused := size_problem(path, here)) is not None:
        return None, [refused]
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"The project file cannot be read: {error.strerror}."
        return None, [Problem(here, "project-file", message, "Check its path, and who may read it.")]
    text, wrong = text_of(data, name)
    if wrong:
        return None, wrong
    tree, problems = read_tree(text, name)
    if tree is None:
        return None, problems or [Problem(here, "project-file", "The project file is empty.", WHAT_TO_WRITE)]
    context = Context(problems)
    try:
        return record(Project, mapping(tree, context), context, file=path), context.problems
    except Bad:
        return None, context.problems
