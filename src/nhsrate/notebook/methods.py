"""The questions that an assessment answers in Python, each as the command of its name does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.texts import tidy
from nhsrate.engine.assess import assess
from nhsrate.engine.assessment import Assessment
from nhsrate.runs.crossing import crossed
from nhsrate.runs.rate import bad_option
from nhsrate.runs.request import Request
from nhsrate.runs.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    import pandas as pd

    from nhsrate.analysis.corners import Side
    from nhsrate.analysis.sources import Vary
    from nhsrate.diagnosis.diagnose import Earlier
    from nhsrate.notebook.why import Why
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Source

MOST_DRAWS = 1_000_000
LAST_SEED = 2**32 - 1
"""What the command takes too."""


def explain(assessment: Assessment, organisation: str, *, item: str | Sequence[str] | None = None) -> Why:
    """Why an organisation is rated so; see `nhsrate.explain`.

    >>> import nhsrate
    >>> print(repr(nhsrate.rate("examples/sha-2004.csv").assessment.explain("XJ5")).splitlines()[1])
    Stars: ★★★ 3, three stars: Share of the stars possible is 83.3333333333%, at least 80% (three_stars) (line 69)
    """
    from nhsrate.notebook.why import why

    return why(assessment, organisation, several("item", item))


def headroom(  # noqa: PLR0913 (one parameter for each option of the command)
    assessment: Assessment,
    organisation: str,
    *,
    to: str | None = None,
    rating: str | None = None,
    input: str | Sequence[str] | None = None,  # noqa: A002 (the option's name)
    fixed: str | Sequence[str] | None = None,
    exact: bool = False,
) -> pd.DataFrame:
    """What would change an organisation's rating; see `nhsrate.headroom`."""
    from nhsrate.analysis.headroom import Asked
    from nhsrate.analysis.headroom import headroom as found_of
    from nhsrate.notebook.answers import headroom_frame

    asked = Asked(to, rating, several("input", input), several("fixed", fixed))
    return headroom_frame(found_of(assessment, assessment.find(organisation), asked), exact=exact)


def diagnose(  # noqa: PLR0913 (one parameter for each option of the command)
    assessment: Assessment,
    organisation: str,
    *,
    rating: str | None = None,
    by: Mapping[str, float | Decimal] | Sequence[str] | None = None,
    number: int | None = None,
    draws: int = 1000,
    exact: bool = False,
) -> pd.DataFrame:
    """Where an organisation would gain most by help, and who can give it; see `nhsrate.diagnose`."""
    return diagnosed(assessment, None, organisation, rating=rating, by=by, number=number, draws=draws, exact=exact)


def diagnosed(
    assessment: Assessment,
    earlier: Earlier | None,
    organisation: str,
    *,
    by: Mapping[str, float | Decimal] | Sequence[str] | None,
    exact: bool,
    **wanted: Any,  # noqa: ANN401 (what is asked, by the names of `Wanted`)
) -> pd.DataFrame:
    """The same beside an earlier return."""
    from nhsrate.diagnosis.diagnose import BadBy, Wanted, diagnose, parse_by
    from nhsrate.notebook.answers import diagnosis_frame

    said = [f"{id_}={weight}" for id_, weight in by.items()] if isinstance(by, Mapping) else several("by", by)
    try:
        asked = Wanted(by=parse_by(said), **wanted)
    except BadBy as bad:
        raise bad_option("by", str(bad)) from None
    n = assessment.find(organisation)
    return diagnosis_frame(diagnose(assessment, n, asked, earlier), exact=exact)


def robustness(
    assessment: Assessment, *, draws: int = 1000, seed: int = 1, vary: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """How sure ratings are under what is uncertain; see `nhsrate.robustness`."""

    def variants() -> list[Assessment]:
        own = assessment.methodology
        return [assess(in_terms(assessment, one.methodology), one.methodology) for one in own.variants]

    return drawn(assessment, variants, draws=draws, seed=seed, vary=vary)


def drawn(
    assessment: Assessment,
    variants: Callable[[], list[Assessment]],
    *,
    draws: int,
    seed: int,
    vary: str | Sequence[str] | None,
) -> pd.DataFrame:
    """How sure ratings are; `variants` gives the same return by the variants of its method, if these vary."""
    from nhsrate.analysis.robustness import robustness as found_of
    from nhsrate.analysis.sources import usual
    from nhsrate.notebook.answers import robustness_frame

    for name, number, low, high in (("draws", draws, 1, MOST_DRAWS), ("seed", seed, 0, LAST_SEED)):
        if type(number) is bool or not hasattr(number, "__index__"):
            raise TypeError(f"{name} is a {type(number).__name__}; give a whole number.")
        if not low <= number <= high:
            raise bad_option(name, f"{name} is {number}, and goes from {low} to {high}.")
    asked = several("vary", vary)
    varied = [vary_of(text) for text in asked] if asked else usual(assessment.methodology)
    if len({one.what for one in varied}) < len(varied):
        raise bad_option("vary", "Each source is named once.")
    others = variants() if any(one.what == "variants" for one in varied) else []
    warned: list[Problem] = []
    frame = robustness_frame(found_of([assessment, *others], varied, draws=draws, seed=seed, warn=warned.append))
    frame.attrs["problems"] += [tidy(f"{one.severity.capitalize()}: {one}") for one in warned]
    return frame


def vary_of(text: str) -> Vary:
    """What a source says; raises `Refused` where it is none."""
    from nhsrate.analysis.sources import BadVary, parse_vary

    try:
        return parse_vary(text)
    except BadVary as bad:
        raise bad_option("vary", str(bad)) from None


def integrity(
    assessment: Assessment, *, within: str | Sequence[str] | None = None, exact: bool = False
) -> pd.DataFrame:
    """Who and what leans on a cut; see `nhsrate.integrity`."""
    from nhsrate.analysis.integrity import BadWithin, parse_within
    from nhsrate.analysis.integrity import integrity as found_of
    from nhsrate.notebook.answers import integrity_frame

    try:
        near = [parse_within(text) for text in several("within", within)]
    except BadWithin as bad:
        raise bad_option("within", str(bad)) from None
    return integrity_frame(found_of(assessment, near), assessment.printed or (), exact=exact)


def compare(
    assessment: Assessment, old: Assessment | Run, *, only: str | Sequence[str] | None = None, exact: bool = False
) -> pd.DataFrame:
    """What changed since an older assessment or run, and why; see `nhsrate.compare`.

    Raises `Refused` where the two methods ask for different inputs: `nhsrate.compare` reads both returns under both.
    """
    from nhsrate.analysis.corners import Side

    before: object = old.assessment if isinstance(old, Run) else old
    if not isinstance(before, Assessment):
        message = f"old is a {type(old).__name__}; give an assessment or a run, or returns to nhsrate.compare."
        raise TypeError(message)
    ends = (before, assessment)
    sides = [Side(end, (in_terms(end, before.methodology), in_terms(end, assessment.methodology))) for end in ends]
    return changed_frame(sides[0], sides[1], only=only, exact=exact)


def between_ends(
    old: Request, new: Request, *, only: str | Sequence[str] | None = None, exact: bool = False
) -> pd.DataFrame:
    """What changed between two returns, each read in the terms of the other's methodology too."""
    from nhsrate.analysis.change import between

    before, after, _ = between(old, new)
    return changed_frame(before, after, only=only, exact=exact)


def over_time(  # noqa: PLR0913 (one parameter for each option of the command)
    returns: object,
    methodology: object,
    request: Request,
    *,
    plan: object,
    plan_reading: object,
    item: str | Sequence[str] | None,
    target: object,
    rebase: object,
    exact: bool,
) -> pd.DataFrame:
    """Several periods beside a plan; see `nhsrate.trajectory`."""
    from nhsrate.notebook.answers import trajectory_frame
    from nhsrate.runs.request import requested
    from nhsrate.trajectories.asked import Asked, trajectories

    rules: Sequence[Any] = methodology if isinstance(methodology, list | tuple) else [methodology]
    checked = [requested((), one).methodology for one in rules]
    given: dict[str, Any] = {} if plan_reading is None else {"reading": plan_reading}
    asked = Asked(
        tuple(one for one in checked if one is not None), apart(plan), requested((), **given).reading,
        several("item", item), named_values("target", target), named_values("rebase", rebase),
    )  # fmt: skip
    return trajectory_frame(trajectories(apart(returns), asked, request), exact=exact)


def apart(sources: object) -> tuple[Source, ...]:
    """Returns that stand each by itself: a path or data frame, or several."""
    from nhsrate.runs.request import requested

    return requested((), earlier=sources).earlier if sources is not None else ()


def named_values(name: str, value: object) -> tuple[str, ...]:
    """Texts such as `NAME=VALUE`, which may be written as a mapping."""
    if isinstance(value, dict):
        return tuple(f"{key}={amount}" for key, amount in value.items())
    return several(name, value)  # type: ignore[arg-type]  # which refuses what it is not


def changed_frame(old: Side, new: Side, *, only: str | Sequence[str] | None, exact: bool) -> pd.DataFrame:
    """What changed between two ends; `only` are codes or names."""
    from nhsrate.analysis.change import changed
    from nhsrate.notebook.answers import change_frame

    rated = new.assessment
    codes = [rated.organisations[rated.find(code)].code for code in several("only", only)]
    return change_frame(changed(old, new, codes), detail=bool(codes), exact=exact)


def in_terms(assessment: Assessment, other: Methodology) -> Return:
    """The return of an assessment in the terms of another methodology, which must ask for nothing that was not read."""
    submitted = assessment.submitted
    if new := [one for one in other.inputs if one not in submitted.values]:
        message = f"{other.id} asks for {new[0]}, which was not read under {assessment.methodology.id}."
        remedy = "Give the returns themselves to the function of the same name in nhsrate, which reads them under both."
        raise Refused([Problem(CellLocation(submitted.name), "unknown-item", message, remedy)])
    return crossed(Request(), Run(submitted, assessment.methodology, assessment, ()), other)


def several(name: str, value: str | Sequence[str] | None) -> tuple[str, ...]:
    """Texts where one or several may be given."""
    if value is None:
        return ()
    found = (value,) if isinstance(value, str) else value
    if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
        raise TypeError(f"{name} is a {type(value).__name__}; give a text, or several.")
    return tuple(found)
