"""What a report holds beside the ratings, as `--with` asks for it, and the files that it becomes in a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level
from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.pages.report import MADE, Wanted, report_folder
from nhsrate.runs.progress import unheard
from nhsrate.runs.request import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nhsrate.analysis.change import Changed
    from nhsrate.analysis.headroom import Headroom
    from nhsrate.analysis.integrity import Integrity
    from nhsrate.analysis.robustness import Robustness
    from nhsrate.diagnosis.diagnose import Diagnosis
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.progress import Say
    from nhsrate.runs.request import Request
    from nhsrate.trajectories.series import Stage
    from nhsrate.trajectories.trajectory import Trajectories

ADDED = ("robustness", "headroom", "integrity", "diagnose", "compare=OLD", "trajectory=OLD", "plan=PLAN")
"""What can be added."""


class BadAdded(ValueError):  # noqa: N818 (it says what is bad)
    """A word that names nothing which can be added."""


SEVERAL = frozenset({"trajectory", "plan"})
"""What may be named more than once, each time with another value."""


def added_of(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What these name, each with what stands behind its equals signs; raises `BadAdded`.

    >>> added_of(["headroom", " compare=old.csv", "trajectory=q1.csv", "trajectory=q2.csv"])
    {'headroom': (), 'compare': ('old.csv',), 'trajectory': ('q1.csv', 'q2.csv')}
    """
    found: dict[str, tuple[str, ...]] = {}
    valued = {one.partition("=")[0]: "=" in one for one in ADDED}
    for word in words:
        name, equals, value = word.strip().partition("=")
        optional = name == "trajectory" and not equals
        if name not in valued or (valued[name] != bool(equals and value) and not optional):
            raise BadAdded(f'"{word.strip()}" is none of {", ".join(ADDED)}.')
        values = (value,) if value else ()
        found[name] = (*found.get(name, ()), *values) if name in SEVERAL else values
    if "plan" in found and "trajectory" not in found:
        raise BadAdded("plan=PLAN goes with trajectory=OLD.")
    return found


def wanted_of(
    assessment: Assessment,
    request: Request,
    added: Mapping[str, tuple[str, ...]],
    title: str,
    palette: str,
    say: Say = unheard,
) -> Wanted:
    """What a report is to hold: what is added, worked out as the commands say it where nothing else is asked."""
    return Wanted(
        title, palette,
        sure(assessment, say) if "robustness" in added else None,
        room(assessment, say) if "headroom" in added else {},
        leaning(assessment, say) if "integrity" in added else None,
        since(request, added["compare"][0], assessment, say) if "compare" in added else None,
        helpers(request, assessment, say) if "diagnose" in added else {},
        over(request, added, assessment, say) if "trajectory" in added else None,
    )  # fmt: skip


def leaning(assessment: Assessment, say: Say) -> Integrity:
    """What leans on a cut, as `nhsrate integrity` says it where nothing else is asked."""
    from nhsrate.analysis.integrity import integrity  # brings NumPy, as those below

    return integrity(assessment, say=say)


def since(request: Request, old: str, assessment: Assessment, say: Say) -> Changed:
    """What changed since another return, perhaps `OLD@EDITION`; else by the edition named for all, else by its own."""
    from nhsrate.analysis.change import between, changed

    path, edition = of_edition(old)
    rules = edition or request.methodology
    earlier = replace(request, returns=(Path(path),), methodology=rules, only=(), against=(), suppose=(), earlier=())
    before, after, _ = between(earlier, replace(request, only=()))
    codes = [assessment.organisations[n].code for n in assessment.reported] if assessment.printed is not None else []
    return changed(before, after, codes, say)


def over(request: Request, added: Mapping[str, tuple[str, ...]], assessment: Assessment, say: Say) -> Trajectories:
    """The returns of other periods beside this one: files, or a folder of them, each perhaps `OLD@EDITION`.

    Each is rated under that edition, else under the one that is named for all, else under its own.
    """
    from nhsrate.trajectories.asked import Asked, trajectories
    from nhsrate.trajectories.series import stages_from, stages_of

    request = replace(request, against=(), suppose=(), earlier=(), only=())
    apart = [(path, edition) for old, edition in map(of_edition, added["trajectory"]) for path in paths_of(old)]
    rules = [edition or request.methodology for _, edition in apart]
    stages = stages_of([(path,) for path, _ in apart], rules, request, say) if apart else []
    plans = tuple((Path(plan),) for plan in added.get("plan", ()))
    if not apart:  # the return itself has them
        return trajectories([], Asked(plans=plans), request, say, of_return(request, say))
    return trajectories([], Asked(plans=plans), request, say, [*stages, *stages_from(assessment)])


def of_return(request: Request, say: Say = unheard) -> list[Stage]:
    """The periods that a return holds itself, in a column or as its rows."""
    from nhsrate.trajectories.series import stages_of

    return stages_of([request.returns], [request.methodology], replace(request, only=()), say)


def latest_of(request: Request, say: Say = unheard) -> Assessment:
    """The ratings of the latest period of a return that holds several; of all its rows where these are periods."""
    from nhsrate.trajectories.series import calendar_for

    stages = of_return(request, say)
    calendar = calendar_for(stages)
    assessment = max(stages, key=lambda stage: calendar.places[stage.text]).assessment
    printed = tuple(sorted(assessment.find(code) for code in request.only)) or None
    return replace(assessment, printed=printed)


def of_edition(old: str) -> tuple[str, str]:
    """A return, and the edition that stands behind an `@`.

    >>> of_edition("q1.xlsx@stars-2024"), of_edition("q1.xlsx")
    (('q1.xlsx', 'stars-2024'), ('q1.xlsx', ''))
    """
    path, at, edition = old.rpartition("@")
    return (path, edition) if at and not Path(old).exists() else (old, "")


def sure(assessment: Assessment, say: Say) -> Robustness:
    """How sure the ratings are, without the variants, for which the return has to be read anew."""
    from nhsrate.analysis.robustness import robustness
    from nhsrate.analysis.sources import usual

    vary = [one for one in usual(assessment.methodology) if one.what != "variants"]
    return robustness([assessment], vary, draws=1000, seed=1, say=say)


def room(assessment: Assessment, say: Say) -> Mapping[int, Headroom]:
    """What would change each rating that is reported and gives levels."""
    from nhsrate.analysis.headroom import Asked, headroom

    item = next((one for one in assessment.methodology.headlines if one.scale), None)
    found = {}
    for k, n in enumerate(assessment.reported, 1):
        if item is not None and isinstance(assessment.columns[item.id][n], Level):
            say("headroom", k - 1, len(assessment.reported))
            found[n] = headroom(assessment, n, Asked())
    return found


def helpers(request: Request, assessment: Assessment, say: Say) -> Mapping[int, Diagnosis]:
    """Who can help each organisation that is reported, since the earlier return that is named."""
    from nhsrate.diagnosis.diagnose import Wanted as Asked
    from nhsrate.diagnosis.diagnose import diagnose, earlier_of

    earlier = earlier_of(request, assessment)
    found = {}
    for k, n in enumerate(assessment.reported):
        say("who can help", k, len(assessment.reported))
        found[n] = diagnose(assessment, n, Asked(draws=0, room=False), earlier)
    return found


def rule_file(methodology: Methodology) -> Path:
    """The file of a methodology, beside which its worked cases are."""
    places = [item.at for item in methodology.items.values() if isinstance(item.at, LineLocation)]
    return next((Path(at.file) for at in places if Path(at.file).name == methodology.files[0]), Path(places[0].file))


def folder_of(assessment: Assessment, wanted: Wanted) -> Iterator[tuple[str, str]]:
    """The report as files of a folder, by their names: an index, a page for each organisation, and the manual."""
    from nhsrate.editions.manual import manual
    from nhsrate.pages.document import html_of

    method = assessment.methodology
    yield from report_folder(assessment, wanted, html_of(manual(method, rule_file(method))))


def earlier_pages(folder: Path) -> set[Path]:
    """The pages of a report that stands there already; raises `Refused` where the folder holds something else."""
    earlier = {path for path in folder.glob("*.html") if MADE in path.read_text("utf-8", "replace")[:2000]}
    if folder.is_dir() and any(folder.iterdir()) and folder / "index.html" not in earlier:
        message = "The folder holds something else, and no report that was made before."
        raise Refused([Problem(LineLocation(str(folder)), "write-failed", message, "Name a new or empty folder.")])
    return earlier
