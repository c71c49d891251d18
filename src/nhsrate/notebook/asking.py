"""A function for each question that a command answers, with the options of the command under the same names.

Each reads and rates the return, as `nhsrate.rate` does, and gives what the command prints as a data frame. Who asks
several questions of one return rates it once, and asks the assessment, which has methods of the same names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

from nhsrate.notebook import methods
from nhsrate.notebook.spelled import Asking, Reading, spelled
from nhsrate.runs.rate import asked_for
from nhsrate.runs.run import run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path
    from typing import Literal

    import pandas as pd

    from nhsrate.engine.assessment import Assessment
    from nhsrate.notebook.published import Report
    from nhsrate.notebook.why import Why
    from nhsrate.rules.inputs import TableReading
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Source

    Rules = str | Path | Methodology
    """An edition's id, the path of a rule file, or a methodology that is loaded."""


@spelled(Asking)
def explain(
    returns: Source,
    organisation: str,
    methodology: Rules | None = None,
    *,
    item: str | Sequence[str] | None = None,
    **asking: Unpack[Asking],
) -> Why:
    """Why an organisation is rated so, down to each cell and each line of the rules, as `nhsrate explain` says it.

    `organisation` is a code or a name; `item` is where to start, if not at the headline rating. What comes prints as
    the command does, and its `to_frame` has the steps. The other options are those of `nhsrate.rate`.
    Raises `Refused` with every problem where there is anything that the command refuses.

    >>> import nhsrate
    >>> why = nhsrate.explain("examples/sha-2004.csv", "XJ5")
    >>> print(str(why).splitlines()[0])
    Fennimore and Wainscarth Strategic Health Authority (XJ5)
    >>> why.to_frame()[["depth", "item", "shown"]]
       depth            item               shown
    0      0           stars  ★★★ 3, three stars
    1      1           share                 83%
    2      2    stars_gained                  15
    3      2  stars_possible                  18
    4      3          trusts                   6
    """
    return methods.explain(run(asked_for(returns, methodology, **asking)).assessment, organisation, item=item)


@spelled(Asking)
def headroom(  # noqa: PLR0913 (one parameter for each option of the command)
    returns: Source,
    organisation: str,
    methodology: Rules | None = None,
    *,
    to: str | None = None,
    rating: str | None = None,
    input: str | Sequence[str] | None = None,  # noqa: A002 (the option's name)
    fixed: str | Sequence[str] | None = None,
    exact: bool = False,
    **asking: Unpack[Asking],
) -> pd.DataFrame:
    """What would change an organisation's rating, as `nhsrate headroom` says it: a row for each change.

    `organisation` is a code or a name, `to` the level to gain (else the next better one), `rating` the rating that is
    meant (else the headline), `input` the inputs that may move (else all that may), `fixed` those that may not. Numbers
    are floats, or decimals with `exact`. The other options are those of `nhsrate.rate`.
    Raises `Refused` with every problem where there is anything that the command refuses.

    >>> import nhsrate
    >>> found = nhsrate.headroom("examples/oversight-q4.csv", "XQ3", input=["OF0005_rank", "OF0086_rank"])
    >>> found.loc[found["what"] == "gains", ["input", "before", "after", "of", "level"]]
             input before after   of level
    0  OF0005_rank   51.0  19.0  120     1
    1  OF0086_rank   26.0   7.0   71     1
    """
    assessment = run(asked_for(returns, methodology, **asking)).assessment
    return methods.headroom(assessment, organisation, to=to, rating=rating, input=input, fixed=fixed, exact=exact)


@spelled(Asking)
def diagnose(  # noqa: PLR0913 (one parameter for each option of the command)
    returns: Source,
    organisation: str,
    methodology: Rules | None = None,
    *,
    rating: str | None = None,
    by: Mapping[str, float | Decimal] | Sequence[str] | None = None,
    number: int | None = None,
    draws: int = 1000,
    exact: bool = False,
    **asking: Unpack[Asking],
) -> pd.DataFrame:
    """Where an organisation would gain most by help, and who can give it, as `nhsrate diagnose` says it.

    A row for each weak indicator, in the order of what it costs. `organisation` is a code or a name, `by` the inputs by
    which others are alike with their weights (`{"beds": 1}`, else what the methodology says), `number` how many peers,
    `draws` how many draws say how sure the rating is (0 asks none), `rating` the rating that is meant (else the
    headline). Numbers are floats, or decimals with `exact`. `earlier` is the return since which it is told who rose;
    the other options are those of `nhsrate.rate`.
    Raises `Refused` with every problem where there is anything that the command refuses.

    >>> import nhsrate
    >>> rules = "examples/four-trusts/four-trusts.yaml"
    >>> found = nhsrate.diagnose("examples/four-trusts/autumn.csv", "Alderbrook", rules)
    >>> found[["indicator", "value", "median", "levels_gained", "best_codes"]]
      indicator value median  levels_gained best_codes
    0    access  70.0   77.5              1         ()
    1     plans  40.0   65.0              0       (B,)
    2     falls   6.0    5.5              0       (C,)
    """
    from nhsrate.diagnosis.diagnose import asked

    done, earlier = asked(asked_for(returns, methodology, **asking))
    said = {"rating": rating, "number": number, "draws": draws}
    return methods.diagnosed(done.assessment, earlier, organisation, by=by, exact=exact, **said)


@spelled(Asking)
def robustness(
    returns: Source,
    methodology: Rules | None = None,
    *,
    only: str | Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 1,
    vary: str | Sequence[str] | None = None,
    **asking: Unpack[Asking],
) -> pd.DataFrame:
    """How sure ratings are under what is uncertain, as `nhsrate robustness` says it: a row for each organisation.

    `vary` is what varies (`"weights=25%"`, `"figures"`, `"values"`, `"ranks=5%"`, `"variants"`, or several; else what
    the edition says); the same `seed` gives the same frame. The other options are those of `nhsrate.rate`.
    Raises `Refused` with every problem where there is anything that the command refuses.

    >>> import nhsrate
    >>> sure = nhsrate.robustness("examples/sha-2004.csv", vary="figures=0.05", draws=100)
    >>> sure.loc[sure["flips"] > 0.4, ["code", "level", "flips"]]
       code level  flips
    7   XWW     2   0.49
    9   XW7     2   0.49
    11  XL7     2   0.49
    14  XH1     2   0.49
    """
    request = asked_for(returns, methodology, only=only, **asking)
    done = run(request)

    def variants() -> list[Assessment]:
        return [run(replace(request, methodology=one.methodology)).assessment for one in done.methodology.variants]

    return methods.drawn(done.assessment, variants, draws=draws, seed=seed, vary=vary)


@spelled(Asking)
def integrity(
    returns: Source,
    methodology: Rules | None = None,
    *,
    only: str | Sequence[str] | None = None,
    within: str | Sequence[str] | None = None,
    exact: bool = False,
    **asking: Unpack[Asking],
) -> pd.DataFrame:
    """Who and what leans on a cut, as `nhsrate integrity` says it: a row for each cut of the rules.

    `within` is how near is near: `"0.25"`, `"1%"` of what the values span, or `"ITEM=0.25"`, or several. Numbers are
    floats, or decimals and fractions with `exact`. The other options are those of `nhsrate.rate`.
    Raises `Refused` with every problem where there is anything that the command refuses.

    >>> import nhsrate
    >>> near = nhsrate.integrity("examples/sha-2004.csv")
    >>> near[["item", "cut", "at", "better", "worse"]]
        item   cut  at  better  worse
    0  share  40.0   0       0      0
    1  share  50.0   4       0      0
    2  share  80.0   0       0      0
    """
    request = asked_for(returns, methodology, only=only, **asking)
    return methods.integrity(run(request).assessment, within=within, exact=exact)


@spelled(Reading)
def compare(  # noqa: PLR0913 (as above)
    old: Source,
    new: Source,
    methodology: Rules | None = None,
    *,
    old_methodology: Rules | None = None,
    new_methodology: Rules | None = None,
    only: str | Sequence[str] | None = None,
    exact: bool = False,
    **reading: Unpack[Reading],
) -> pd.DataFrame:
    """What changed between two returns, and why, as `nhsrate compare` says it: a row for each organisation in both.

    The causes of each move add up to it; with `only` also which inputs moved it. `methodology` is that of both returns,
    `old_methodology` and `new_methodology` that of one alone; one return under two methods is compared by giving it
    twice. Numbers are floats, or decimals and fractions with `exact`. The other options are those of `nhsrate.rate`.
    Raises `Refused` with every problem where there is anything that the command refuses.

    >>> import nhsrate
    >>> import pandas as pd
    >>> after = pd.read_csv("examples/sha-2004.csv")
    >>> before = after.assign(**{"Stars gained": after["Stars gained"].where(after["Code"] != "XJ5", 3)})
    >>> found = nhsrate.compare(before, after)
    >>> found.loc[found["levels"] != 0, ["code", "before", "after", "levels", "own_values"]]
      code before after  levels  own_values
    8  XJ5      0     3       3         3.0
    """
    ends = [
        asked_for(source, chosen or methodology, **reading)
        for source, chosen in ((old, old_methodology), (new, new_methodology))
    ]
    return methods.between_ends(ends[0], ends[1], only=only, exact=exact)


@spelled(Reading)
def trajectory(  # noqa: PLR0913 (as above)
    returns: Source | Sequence[pd.DataFrame],
    methodology: Rules | Sequence[Rules] | None = None,
    *,
    plan: Source | Sequence[pd.DataFrame] | None = None,
    plan_reading: str | Path | TableReading | None = None,
    item: str | Sequence[str] | None = None,
    target: Mapping[str, object] | str | Sequence[str] | None = None,
    rebase: Mapping[str, str] | str | Sequence[str] | None = None,
    only: str | Sequence[str] | None = None,
    exact: bool = False,
    **reading: Unpack[Reading],
) -> pd.DataFrame:
    """Several periods beside a plan, as `nhsrate trajectory` says it: a row for each value of each period.

    `returns` are paths or data frames, each a return of its own period; `methodology` is that of all, or several, one
    for each. `plan` is a table of the shape of a return, or several. `target` holds indicators to other numbers than
    their standards (`{"waits": 95}`, `"waits=95@April 2025"`), `rebase` says from when on limits begin anew, and why
    (`{"April 2020": "the pandemic"}`). Numbers are floats, or decimals and fractions with `exact`. The other options
    are those of `nhsrate.rate`.
    Raises `Refused` with every problem where there is anything that the command refuses.

    >>> import nhsrate
    >>> years = "examples/three-years/returns.csv"
    >>> found = nhsrate.trajectory(years, plan=years.replace("returns", "plan"), only="XA2", item="access_share")
    >>> found[["period", "value", "plan", "to_plan", "line", "to_line"]]
        period  value  plan to_plan  line to_line
    0  2022/23   <NA>  80.0    <NA>  80.0    <NA>
    1  2023/24   80.1  80.0   ahead  85.0  behind
    2  2024/25   87.9  88.0  behind  90.0  behind
    3  2025/26   95.3  95.0   ahead  95.0   ahead
    """
    return methods.over_time(
        returns, methodology, asked_for((), None, only=only, **reading), plan=plan, plan_reading=plan_reading,
        item=item, target=target, rebase=rebase, exact=exact,
    )  # fmt: skip


@spelled(Asking)
def report(  # noqa: PLR0913 (as above)
    returns: Source,
    methodology: Rules | None = None,
    *,
    only: str | Sequence[str] | None = None,
    output: str | Path | None = None,
    with_: str | Sequence[str] | None = None,
    title: str = "",
    palette: Literal["default", "blue"] = "default",
    **asking: Unpack[Asking],
) -> Report:
    """The ratings as a web page that can be published as it is, as `nhsrate report` writes it.

    `with_` adds what takes longer: `"robustness"`, `"headroom"`, `"integrity"`, `"compare=OLD"`, `"trajectory=OLD"`
    (once for each, perhaps with `"plan=PLAN"`), or several. `output` is a page (`.html`), or a folder for a page for
    each organisation, that is written; what comes has the page as its text, shows it in a notebook, and writes it with
    `save`. The other options are those of `nhsrate.rate`.
    Raises `Refused` with every problem where there is anything that the command refuses.

    >>> import nhsrate
    >>> page = nhsrate.report("examples/sha-2004.csv", title="Stars of 2004")
    >>> page  # doctest: +ELLIPSIS
    Report: Stars of 2004
    28 organisations, ... kB
    """
    from nhsrate.notebook.published import rated_for, reported

    request = asked_for(returns, methodology, only=only, **asking)
    made = reported(rated_for(request, with_), request, with_, title, palette)
    if output is not None:
        made.save(output)
    return made
