"""`nhsrate test`: the worked cases of the editions, run and reported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem, Refused, errors
from nhsrate.editions.cases import case_files, read_cases, run_cases
from nhsrate.rules.editions import edition_files, find_edition, from_here, project_here, stands_beside

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from nhsrate.core.problems import Severity
    from nhsrate.editions.cases import CaseResult


@frozen
class Outcome:
    """What the cases gave: a report, the problems met, and whether everything passed."""

    text: str
    problems: tuple[Problem, ...]
    passed: bool


def run_all(path: str | None) -> Outcome:
    """The cases of every edition, or of the edition, file or folder that is named.

    In a project that has rule files of its own, every one of those is meant where nothing is named.
    """
    own, problems = _own() if path is None else ({}, [])
    results: dict[str, list[CaseResult]] = {}
    files, only, default = _files(path) if not own else (_case_files(own), None, "")
    for file in files:
        cases, found = read_cases(file, default or _only_rule_file(file.parent) * bool(own))
        problems += found
        wanted = [case for case in cases if only is None or case.methodology == only]
        for result in run_cases(wanted, file.parent):
            results.setdefault(result.case.methodology, []).append(result)
    if path is None and not problems:
        problems += _without_cases(own or edition_files(), results, "warning" if own else "error")
    if not results and not problems:
        problems.append(
            Problem(LineLocation(path or "indicators"), "case", "There are no worked cases here.", "Add cases.yaml.")
        )
    met = (problem for group in results.values() for result in group for problem in result.problems)
    problems += dict.fromkeys(met)  # a fault of the rule file stands in the way of every case; it is said once
    lines: list[str] = []
    for id_ in sorted(results):
        failed = [result for result in results[id_] if not result.passed]
        total = len(results[id_])
        lines.append(f"{id_}: {total - len(failed)} of {total} cases pass")
        lines += [f"  {result.case.title}: {miss}" for result in failed for miss in result.misses]
    passed = sum(result.passed for group in results.values() for result in group)
    total = sum(len(group) for group in results.values())
    lines.append(f"{passed} of {total} cases pass." if total else "No case was run.")
    return Outcome("\n".join(lines) + "\n", tuple(problems), passed == total and not errors(problems))


def _own() -> tuple[dict[str, Path], list[Problem]]:
    """The rule files of the project that the current folder is in, and what is wrong with them."""
    _, own, problems = project_here()
    return {id_: from_here(file) for id_, file in own.items()}, problems


def _without_cases(files: Mapping[str, Path], results: Collection[str], severity: Severity) -> list[Problem]:
    """The methodologies that have no worked case; of a project's own that is a warning."""
    what = "This edition has no worked cases." if severity == "error" else "This methodology has no worked cases."
    return [
        Problem(LineLocation(id_), "case", what, f"Add them in {file.parent.name}/cases.yaml.", severity)
        for id_, file in files.items()
        if id_ not in results
    ]


def _case_files(own: Mapping[str, Path]) -> list[Path]:
    """The files of cases beside these rule files."""
    return [file for folder in sorted({file.parent for file in own.values()}) for file in case_files(folder)]


def _files(path: str | None) -> tuple[list[Path], str | None, str]:
    """The case files, the only edition wanted, and the edition that cases are of where they do not say."""
    if path is None:
        folders = sorted({file.parent for file in edition_files().values()})
        return [file for folder in folders for file in case_files(folder)], None, ""
    named = Path(path)
    try:
        is_folder = named.is_dir()
    except (OSError, ValueError):  # a name that no file can have; it is refused as an edition's id
        is_folder = False
    if named.name == "cases.yaml" or named.name.startswith("cases-"):
        if not named.is_file():
            raise Refused(
                [Problem(LineLocation(path), "no-such-file", "There is no such file of cases.", "Check the path.")]
            )
        return [named], None, _only_rule_file(named.parent)
    if is_folder:
        return case_files(named), None, _only_rule_file(named)
    rule_file = find_edition(path)
    return case_files(rule_file.parent), rule_file.stem, rule_file.stem


def _only_rule_file(folder: Path) -> str:
    """The id of the only rule file of a folder, or nothing."""
    rule_files = [file for file in folder.glob("*.yaml") if not stands_beside(file)]
    return rule_files[0].stem if len(rule_files) == 1 else ""
