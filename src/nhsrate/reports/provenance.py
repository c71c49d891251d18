"""Where ratings come from: which tool, which edition, which return, and what happened on the way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate import __version__
from nhsrate.core.cells import Missing
from nhsrate.engine.explain import exact_text
from nhsrate.reports.problems import problem_json
from nhsrate.reports.summary import all_problems, counts, status_text, taken_as_published
from nhsrate.rules.standing import standing

if TYPE_CHECKING:
    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import Location
    from nhsrate.engine.assessment import Assessment
    from nhsrate.groups.model import Grouping
    from nhsrate.returns.model import Return, Supposed
    from nhsrate.rules.model import Figure, Methodology


def provenance(assessment: Assessment) -> dict[str, object]:
    """Which tool, which edition, which return, and what happened on the way."""
    earlier = {str(back): return_provenance(before.assessment.submitted) for back, before in assessment.earlier.items()}
    return {
        "tool": {"name": "nhsrate", "version": __version__},
        "methodology": methodology_provenance(assessment.methodology),
        "return": return_provenance(assessment.submitted),
        **({"earlier": earlier} if earlier else {}),
        "taken_as_published": taken_as_published(assessment),
        "problems": [problem_json(problem) for problem in all_problems(assessment)],
    }


def methodology_provenance(methodology: Methodology) -> dict[str, object]:
    """The edition: its status and why, its files and their digest, what this run set, its figures and sources."""
    return {
        "id": methodology.id,
        "title": methodology.title,
        "publisher": methodology.publisher,
        "period": methodology.period,
        "status": methodology.status,
        "status_because": status_text(methodology),
        "numbers_without_a_name": len(standing(methodology).unnamed),
        "chosen_by": methodology.chosen_by or None,
        "digest": methodology.digest,
        "files": list(methodology.files),
        "set": set_json(methodology),
        "figures": [figure_json(figure) for figure in methodology.figures.values()],
        "sources": {
            id_: {"title": source.title, "url": source.url, "note": source.note}
            for id_, source in methodology.sources.items()
        },
        "caveats": list(methodology.caveats),
    }


def set_json(methodology: Methodology) -> list[dict[str, object]]:
    """The figures that a run set, with what the edition has."""
    return [
        {"name": figure.name, "value": known(figure.value), "edition": known(figure.set_from)}
        for figure in methodology.figures.values()
        if figure.set_from is not None
    ]


def set_in(*methodologies: Methodology) -> dict[str, object]:
    """What runs under these methodologies set, for the json of what has no provenance; nothing where none did."""
    found = [one for methodology in methodologies for one in set_json(methodology)]
    return {"set": [one for n, one in enumerate(found) if one not in found[:n]]} if found else {}


def known(number: Decimal) -> str | None:
    """Every digit of a figure's value, or nothing where it has none."""
    return None if number.is_nan() else exact_text(number)


def figure_json(figure: Figure) -> dict[str, object]:
    """A named figure as plain values; numbers are texts of all their digits, and none where there is no value."""
    said: dict[str, object] = {"name": figure.name, "value": known(figure.value), "basis": figure.basis}
    if figure.set_from is not None:
        said["edition"] = known(figure.set_from)
    return said | {"source": figure.source, "note": figure.note}


def return_provenance(submitted: Return) -> dict[str, object]:
    """The return: its name and digest, what was read and set aside, what people decided, and who is of a group."""
    found = counts(submitted)
    return {
        "name": submitted.name,
        "digest": submitted.digest,
        "form": submitted.form,
        "period": submitted.period,
        "organisations": found.organisations,
        "values": found.values,
        "missing": found.missing,
        "set_aside": [{"at": row.at, "text": row.text, "reason": row.reason} for row in submitted.set_aside],
        "not_used": list(submitted.unused_headings),
        **({"supposed": [supposed_json(one) for one in submitted.supposed]} if submitted.supposed else {}),
        "overrides": [
            {
                "code": one.code, "item": one.item, "level": one.level, "who": one.who, "when": one.when,
                "why": one.why, "at": shown_at(one.at),
            }
            for one in submitted.overrides
        ],
        **({"groups": groups_json(submitted.grouping)} if submitted.grouping is not None else {}),
    }  # fmt: skip


def groups_json(grouping: Grouping) -> dict[str, object]:
    """The groups that are rated in the place of their members: who belongs to which, and by which share.

    A share is a text: a number with all its digits, or a fraction where it has no end.
    """
    from nhsrate.groups.belonging import share_text  # few runs are of groups

    codes = [organisation.code for organisation in grouping.read.organisations]
    return {
        "kind": grouping.wanted.kind.id,
        "title": grouping.wanted.kind.called,
        "members_from": shown_at(grouping.wanted.at),
        "members": {
            group.organisation.code: {codes[part.n]: share_text(part.share) for part in group.parts}
            for group in grouping.groups
        },
        "not_in_return": {group.organisation.code: list(group.absent) for group in grouping.groups if group.absent},
    }


def shown_at(at: Location) -> str:
    """A place with the name of its file alone: what is committed must not tell in whose folder it was made."""
    return str(replace(at, file=PurePath(at.file).name))


def supposed_json(one: Supposed) -> dict[str, object]:
    """A value that the run supposes, and what the return says in its place."""
    return {
        "code": one.code,
        "item": one.item,
        "asked": one.text,
        "value": plain(one.cell),
        "return": plain(one.was),
        "cell": shown_at(one.was_at) if one.was_at else None,
    }


def plain(cell: Cell) -> str | None:
    """A value as text: a number with all its digits, a level by its name; nothing where it is missing."""
    if isinstance(cell, Missing):
        return None
    return exact_text(cell) if isinstance(cell, Decimal) else str(cell)
