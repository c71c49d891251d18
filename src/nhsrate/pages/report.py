"""A report of ratings that can be published as it is: one page of its own, or a folder of them."""

from __future__ import annotations

from dataclasses import field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Level
from nhsrate.core.frozen import frozen
from nhsrate.core.texts import tidy
from nhsrate.pages.base import colour_rules, rendered, script
from nhsrate.pages.indicators import Bands, indicators
from nhsrate.pages.integrity import leaning_note, leaning_of, leaning_rows
from nhsrate.pages.league import bars, cards, headline_chip, lead, league, level_names, sureness
from nhsrate.pages.over_time import over_time_of
from nhsrate.pages.section import Findings, anchors_of, section
from nhsrate.pages.spread import spreads
from nhsrate.reports.league import symbol_first
from nhsrate.reports.summary import (
    all_problems,
    chosen_line,
    group_lines,
    mark_lines,
    read_line,
    set_aside_lines,
    setting_lines,
    status_text,
    supposed_lines,
    vouched_text,
)
from nhsrate.screen.bars import short_label
from nhsrate.screen.names import names_of
from nhsrate.trajectories.series import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from nhsrate.analysis.change import Changed
    from nhsrate.analysis.headroom import Headroom
    from nhsrate.analysis.integrity import Integrity
    from nhsrate.analysis.robustness import Robustness
    from nhsrate.diagnosis.diagnose import Diagnosis
    from nhsrate.engine.assessment import Assessment
    from nhsrate.pages.indicators import Chip
    from nhsrate.rules.model import Methodology
    from nhsrate.trajectories.trajectory import Trajectories

INDICATOR = "indicator"
"""Where a row is an indicator of its own, columns are of no one kind: they have no grid and no distribution."""

ACROSS = 14
"""Up to so many indicators stand beside each other in the grid; more make several."""

WHOLE = 300
"""Up to so many organisations have the grid and their sections on one page; more have pages of their own."""


MADE = '<meta name="generator" content="nhsrate report">'
"""What every page of a report says of itself, so that a folder of them may be written anew."""


@frozen
class Wanted:
    """What a report is to hold beside the ratings: its title, and what is added: how sure they are, who can help."""

    title: str = ""
    palette: str = "default"
    robustness: Robustness | None = None
    headroom: Mapping[int, Headroom] = field(default_factory=dict)
    integrity: Integrity | None = None
    changed: Changed | None = None
    helped: Mapping[int, Diagnosis] = field(default_factory=dict)
    trajectories: Trajectories | None = None


@frozen
class Method:
    """The method in short."""

    title: str
    id: str
    publisher: str
    summary: str
    status: str
    sources: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str, str], ...]
    page: str


@frozen
class GridRow:
    """One organisation's values of every indicator."""

    name: str
    href: str
    level: Chip
    cells: tuple[Chip, ...]


def report(assessment: Assessment, wanted: Wanted) -> str:
    """The report as one page: the sections of all are on it where they are few; of one alone, it is that one's page."""
    maker = Maker(assessment, wanted)
    ordered = assessment.league()
    if assessment.printed is not None and len(ordered) == 1:
        return maker.page(ordered)
    few = ordered if len(ordered) <= WHOLE else []
    return maker.page(few, lambda n: f"#{maker.anchors[n]}" if few else "", table=True)


def report_folder(assessment: Assessment, wanted: Wanted, manual: str) -> Iterator[tuple[str, str]]:
    """The report as files of a folder: an index, a page for each organisation, and the manual of the method."""
    maker = Maker(assessment, wanted)
    yield "index.html", maker.page((), lambda n: f"{maker.anchors[n]}.html", table=True, method="method.html")
    yield "method.html", manual
    for n in assessment.league():
        yield f"{maker.anchors[n]}.html", maker.page([n], index="index.html", method="method.html")


class Maker:
    """What the pages of one report share, worked out once."""

    def __init__(self, assessment: Assessment, wanted: Wanted) -> None:
        """The maker of the pages of one assessment."""
        self.assessment, self.wanted = assessment, wanted
        apart = assessment.methodology.rates.one.casefold() == INDICATOR
        self.indicators = [] if apart else indicators(assessment.methodology)
        self.bands = Bands(assessment)
        shown = [id_ for one in self.indicators for id_ in one.inputs]
        self.shown = list(dict.fromkeys(shown))
        self.spreads = {} if apart else spreads(assessment, [*self.shown, *assessment.methodology.inputs])
        self.names = names_of(assessment)
        sure = sureness(assessment, wanted.robustness) if wanted.robustness else {}
        moves = {one.code: one for one in wanted.changed.organisations} if wanted.changed else {}
        over = over_time_of(wanted.trajectories)
        self.whole = over.pop(ALL, None)
        self.findings = Findings(sure, wanted.headroom, moves, leaning_of(wanted.integrity), wanted.helped, over)
        self.anchors = anchors_of(assessment, assessment.league())
        self.script, self.policy = script()

    def page(
        self,
        sections: Sequence[int],
        href: Callable[[int], str] = lambda _: "",
        *,
        table: bool = False,
        index: str = "",
        method: str = "",
    ) -> str:
        """One page."""
        assessment, wanted = self.assessment, self.wanted
        methodology = assessment.methodology
        small = len(assessment.reported) <= WHOLE
        told = league(assessment, wanted.robustness, href, self.names) if table else None
        made = [section(assessment, n, self.anchors[n], self.bands, self.spreads, self.findings) for n in sections]
        used = {datum.spread for one in made for datum in one.figures if datum.spread is not None}
        shown = [self.spreads[id_] for id_ in self.shown if id_ in self.spreads] if table else []
        grid = self.grid(href) if table and small and self.indicators else []
        alone = f"{made[0].name}: " if len(made) == 1 and not table else ""
        return rendered(
            "report.html",
            title=f"{alone}{tidy(wanted.title or methodology.title)}",
            made=MADE, policy=self.policy, script=self.script, colours=colour_rules(wanted.palette, fills=True),
            over=over_line(assessment), lead=lead(assessment, wanted.robustness) if table else "",
            bars=bars(assessment) if table else [], cards=cards(assessment, wanted.robustness) if table else [],
            rates=methodology.rates,
            vouched=vouched_text(methodology), caveats=[tidy(text) for text in methodology.caveats],
            supposed=supposed_lines(assessment), notes=notes(assessment) if table else [],
            league=told, levels=level_names(told.rows) if told else [],
            grid=grid, indicators=[one.title for one in self.indicators], step=step_of(len(self.indicators)),
            legend=self.bands.legend(),
            sections=made, drawn=[one for one in self.spreads.values() if table or one.number in used],
            shown=shown, method=method_of(methodology, method), index=index,
            robustness=robustness_line(wanted.robustness),
            leaning=leaning_rows(wanted.integrity) if table and wanted.integrity else [],
            leaning_note=leaning_note(wanted.integrity) if table and wanted.integrity else "",
            since=since_line(wanted.changed), whole=self.whole if table else None,
        )  # fmt: skip

    def grid(self, href: Callable[[int], str]) -> list[GridRow]:
        """Organisations by indicators, in the order of the league table."""
        assessment = self.assessment
        first = assessment.methodology.headlines[0]
        return [
            GridRow(
                self.names[n], href(n),
                short_chip(headline_chip(assessment, first, n), assessment.columns[first.id][n]),
                tuple(self.bands.chip(one.id, n, short=True) for one in self.indicators),
            )
            for n in assessment.league()
        ]  # fmt: skip


def step_of(indicators: int) -> int:
    """How many indicators stand in one grid, so that all grids are about as wide as each other.

    >>> step_of(11), step_of(15), step_of(49)
    (11, 8, 13)
    """
    return -(-indicators // max(-(-indicators // ACROSS), 1)) or 1


def short_chip(chip: Chip, cell: Cell) -> Chip:
    """A rating as it stands beside many columns: its symbol and name, the word being told by the league table."""
    if not isinstance(cell, Level):
        return chip
    return replace(chip, text=chip.text.replace(symbol_first(cell), short_label(cell), 1), word=chip.text)


def since_line(found: Changed | None) -> str:
    """Since what the changes are told, and how many moved."""
    if found is None:
        return ""
    moved = sum(str(one.before) != str(one.after) for one in found.organisations)
    return (
        f"{found.new.methodology.rates.counted(moved)} of {len(found.organisations):,} moved since "
        f"{tidy(PurePath(found.old.submitted.name).name)}, {tidy(found.old.methodology.title)}."
    )


def over_line(assessment: Assessment) -> str:
    """What stands above the title: the period, and how many are rated."""
    period = assessment.submitted.period or assessment.methodology.period
    rated = assessment.methodology.rates.counted(len(assessment.organisations))
    shown = "" if assessment.printed is None else f"{len(assessment.reported):,} of "
    return " · ".join(tidy(said) for said in ("Ratings", period, f"{shown}{rated}") if said)


def robustness_line(found: Robustness | None) -> str:
    """What was assumed about how sure the ratings are."""
    if found is None:
        return ""
    from nhsrate.reports.robustness import assumed

    return tidy(assumed(found))


def notes(assessment: Assessment) -> list[str]:
    """All that is to be said of how it was read and rated, one line each."""
    methodology = assessment.methodology
    return [
        *mark_lines(assessment), read_line(assessment.submitted, assessment.methodology.rates),
        *group_lines(assessment.submitted), *set_aside_lines(assessment.submitted),
        *chosen_line(methodology), *setting_lines(methodology),
        *(tidy(f"{problem.severity.capitalize()}: {problem}") for problem in all_problems(assessment)),
    ]  # fmt: skip


def method_of(methodology: Methodology, page: str) -> Method:
    """The method in short, with the page of its manual where there is one beside."""
    from nhsrate.core.numbers import number_text
    from nhsrate.reports.documents import is_web

    return Method(
        tidy(methodology.title), methodology.id, tidy(methodology.publisher), tidy(methodology.summary),
        tidy(status_text(methodology)),
        tuple((tidy(one.title), one.url if is_web(one.url) else "") for one in methodology.sources.values()),
        tuple((tidy(one.name), number_text(one.value), one.basis) for one in methodology.figures.values()
              if one.basis != "stated" or one.set_from is not None),
        page,
    )  # fmt: skip
