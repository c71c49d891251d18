"""Where the rule files are: the editions that come with the tool, those of a project, and those that a path names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem, Refused, nearest
from nhsrate.core.texts import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.rules.project_file import Project

PROJECT_FILE = "nhsrate.yaml"
PACKAGE = Path(__file__).resolve().parents[1]

_LISTING = "`nhsrate methodologies` lists the editions."


def indicators_folder() -> Path:
    """The folder of the editions."""
    return shipped_folder("indicators")


def shipped_folder(name: str) -> Path:
    """A folder that ships: inside the package in a wheel, at the top of the checkout in an editable install.

    Where neither is there, the place in the package is given, in which there is nothing.
    """
    packaged = PACKAGE / name
    checkout = PACKAGE.parents[1]
    if not packaged.is_dir() and _is_ours(checkout / "pyproject.toml"):
        return checkout / name
    return packaged


def edition_files() -> dict[str, Path]:
    """Every edition's id with its rule file, in the order of the ids.

    The id is the file's name without `.yaml`; files of worked cases (`cases.yaml`, `cases-*.yaml`) and reading profiles
    (`reading.yaml`, `reading-*.yaml`) are no editions.
    """
    return {id_: Path(file) for id_, file in _shipped(indicators_folder()).items()}


def _shipped(folder: Path) -> dict[str, str]:
    """The same within that folder, with the files as texts, because many paths as such take five times as long."""
    files: dict[str, str] = {}
    problems = []
    for id_, file in sorted(_rule_files(folder)):
        first = files.setdefault(id_, file)
        if first is not file:
            remedy = "Rename one of the two: the id of an edition is the name of its file."
            message = f"The edition {id_} is also defined by {first}."
            problems.append(Problem(LineLocation(file), "duplicate-name", message, remedy))
    if problems:
        raise Refused(problems)
    return files


def _rule_files(folder: Path) -> Iterator[tuple[str, str]]:
    """The id and the path of each rule file in the folders within a folder."""
    for one in os.scandir(folder) if folder.is_dir() else ():
        for name in os.listdir(one.path) if one.is_dir() else ():  # noqa: PTH208 (as said)
            id_, ending = os.path.splitext(name)  # noqa: PTH122 (as said)
            if ending == ".yaml" and not _is_beside(id_):
                yield id_, f"{one.path}{os.sep}{name}"


def find_edition(id_or_path: str, *, whole: bool = False) -> Path:
    """The rule file of that id, at that path, the only one in that folder, or of the only id that begins so.

    A bare name that is an edition's id means that edition, whatever lies in the current folder, and else a rule file of
    the project that the current folder is in; `./name` is a path.
    The beginning of an id is enough where people type it; files name it in full (`whole`), as editions are added.
    """
    shipped = _shipped(indicators_folder())
    if id_or_path in shipped:
        return Path(shipped[id_or_path])
    own = project_here()[1]
    if id_or_path in own:
        return from_here(own[id_or_path])
    known = {**edition_files(), **own}
    try:
        return _at_path(id_or_path, known, whole=whole)
    except PermissionError:
        message, remedy = "It may not be read.", "Ask for permission to read it, or give another path."
        raise Refused([Problem(LineLocation(id_or_path), "no-permission", message, remedy)]) from None
    except (OSError, ValueError):  # a name too long for the system, or one that it cannot hold
        raise Refused([_unknown(id_or_path, known)]) from None


def project_above(folder: Path) -> Path | None:
    """The project file in that folder or in the nearest one above, no higher than the root of its repository."""
    here = Path(os.path.abspath(folder))  # noqa: PTH100 (`resolve` raises where links go in a circle)
    for one in (here, *here.parents):
        candidate = one / PROJECT_FILE
        if os.path.isfile(candidate):  # noqa: PTH113 (a path's own raises where a folder may not be read)
            return candidate
        if os.path.exists(one / ".git"):  # noqa: PTH110 (as above)
            return None
    return None


def project_here() -> tuple[Project | None, dict[str, Path], list[Problem]]:
    """The project that the current folder is in, its own rule files by their ids, and what is wrong with them."""
    file = project_above(Path())
    if file is None:
        return None, {}, []
    from nhsrate.rules.project_file import read_project

    name = from_here(file).as_posix()
    project, problems = read_project(file, name)
    if project is None:
        return None, {}, problems
    own, found = own_rule_files(project)
    return project, own, [*problems, *found]


def own_rule_files(project: Project) -> tuple[dict[str, Path], list[Problem]]:
    """The project's own rule files by their ids, in the order of these, and what is wrong with their folders.

    They are all those in and below the folders under `methodologies`, and those that are named by a path.
    """
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    shipped = edition_files()
    for named in project.methodologies.named if project.methodologies else ():
        folder = project.root / named.text
        if not os.path.isdir(folder):  # noqa: PTH112 (a path's own may raise)
            message = f'There is no folder "{named.text}" in the project.'
            remedy = "Name the folder of the rule files, from the folder of the project file."
            problems.append(Problem(named.at, "project-file", message, remedy))
            continue
        for file in sorted(folder.rglob("*.yaml")):
            inside = file.relative_to(folder).parts
            if stands_beside(file) or file.name == PROJECT_FILE or any(part.startswith(".") for part in inside):
                continue
            whose = _owner(files.setdefault(file.stem, file), file, shipped)
            if whose:
                message = f"{file.relative_to(project.root).as_posix()}: its id, {file.stem}, is also that of {whose}."
                remedy = "Rename one of the two: the id of a methodology is the name of its file."
                problems.append(Problem(named.at, "duplicate-name", message, remedy))
    for word in (project.methodology, *(entry.methodology for entry in project.ratings)):
        if word is None or word.text in files or word.text in shipped:
            continue
        for path in (project.root / word.text, project.root / f"{word.text}.yaml"):
            if path.suffix in {".yaml", ".yml"} and os.path.isfile(path):  # noqa: PTH113 (as above)
                files.setdefault(path.stem, path)
    return dict(sorted(files.items())), problems


def _owner(first: Path, file: Path, shipped: dict[str, Path]) -> str:
    """Whose the id of a rule file is already, in words; nothing where it is its own."""
    if first != file:
        return first.as_posix()
    return "an edition that comes with the tool" if file.stem in shipped else ""


def from_here(path: Path) -> Path:
    """A path as it is reached from the working folder."""
    try:
        return Path(os.path.relpath(path))
    except ValueError:  # it is on another disk
        return path


def _at_path(given: str, known: dict[str, Path], *, whole: bool) -> Path:
    path = Path(given)
    if given and path.is_dir():
        return _only_rule_file(given, path)
    if path.is_file():
        if path.suffix in {".yaml", ".yml"}:
            return path
        message = "A rule file's name ends in .yaml, and this one's does not."
        remedy = "Give the rule file after -m, or an edition's id. " + _LISTING
        raise Refused([Problem(LineLocation(given), "wrong-kind-of-file", message, remedy)])
    begin = [id_ for id_ in known if given and not whole and id_.startswith(given)]
    if len(begin) == 1:
        return known[begin[0]]
    raise Refused([_several(given, begin) if begin else _unknown(given, known)])


def _several(given: str, ids: list[str]) -> Problem:
    message = f"{len(ids)} editions begin so: {listed(ids, shown=10)}."
    return Problem(LineLocation(given), "which-methodology", message, "Give enough of the id that one is left.")


def _only_rule_file(given: str, folder: Path) -> Path:
    files = [file for file in sorted(folder.iterdir()) if file.suffix in {".yaml", ".yml"} and not stands_beside(file)]
    if len(files) == 1:
        return files[0]
    if files:
        names = ", ".join(file.name for file in files)
        message, remedy = f"The folder holds several rule files: {names}.", "Give the path of one of them."
        raise Refused([Problem(LineLocation(given), "which-methodology", message, remedy)])
    message, remedy = "The folder holds no rule file.", "Give a folder with a .yaml rule file, or an id. " + _LISTING
    raise Refused([Problem(LineLocation(given), "unknown-methodology", message, remedy)])


def _unknown(given: str, known: dict[str, Path]) -> Problem:
    if "/" in given or "\\" in given or given.endswith((".yaml", ".yml")):
        return Problem(
            LineLocation(given), "no-such-file", "There is no such rule file.", "Check the path. " + _LISTING
        )
    remedy = f"{nearest(given, known)} {_LISTING} A rule file of your own is given by its path.".lstrip()
    return Problem(LineLocation(given or "-m"), "unknown-methodology", "No edition has this id.", remedy)


def stands_beside(file: Path) -> bool:
    """Whether a file stands beside an edition: it holds worked cases, or says how a return is read."""
    return _is_beside(file.stem)


def _is_beside(name: str) -> bool:
    return name in {"cases", "reading"} or name.startswith(("cases-", "reading-"))


def _is_ours(pyproject: Path) -> bool:
    """Whether this is the checkout's own project file, and not that of a project the package was copied into."""
    return pyproject.is_file() and 'name = "nhsrate"' in pyproject.read_text(encoding="utf-8").splitlines()
