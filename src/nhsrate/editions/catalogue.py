"""The editions as they are listed, and everything one of them says as json."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from nhsrate.core.numbers import number_json, number_text
from nhsrate.core.problems import errors
from nhsrate.core.texts import fold, tidy
from nhsrate.editions.text import condition, item_sentences, methodology_text
from nhsrate.engine.explain import exact_text
from nhsrate.engine.weights import effective_weights
from nhsrate.reports.csv_json import json_text
from nhsrate.reports.diagnosis_rows import support_json as support_entry
from nhsrate.reports.provenance import methodology_provenance
from nhsrate.reports.summary import counted
from nhsrate.rules.editions import edition_files, from_here, project_here
from nhsrate.rules.load import load_methodology, read_methodology

LEAST_TITLE = 30
"""Where fewer columns are left for titles than these, they stand below the ids."""

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from nhsrate.core.problems import Problem
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Item, Methodology
    from nhsrate.rules.support import Peers, Support

__all__ = ["effective_weights", "list_json", "list_text", "methodology_json", "methodology_text"]


def is_one(words: Sequence[str], ids: Collection[str]) -> bool:
    """Whether the words are one that names a single edition: its id, the only one that begins so, or a path."""
    if len(words) != 1:
        return False
    word = words[0]
    begin = [id_ for id_ in ids if id_.startswith(word)]
    return word in ids or len(begin) == 1 or "/" in word or "\\" in word or word.endswith((".yaml", ".yml"))


def known() -> tuple[list[Methodology], list[Problem]]:
    """Every edition, in a project its own first, and what is wrong with those of its own that cannot be listed."""
    _, own, problems = project_here()
    read = [read_methodology(from_here(path)) for path in own.values()]
    entries = [one for one, wrong in read if one is not None and not errors(wrong)]
    entries += [load_methodology(path) for path in edition_files().values()]
    return entries, list(dict.fromkeys([*problems, *(one for _, wrong in read for one in errors(wrong))]))


def matching(entries: Iterable[Methodology], words: Iterable[str]) -> list[Methodology]:
    """The editions that have every one of these words in their id, title, period, status, publisher or summary."""
    wanted = [fold(word) for word in words]
    return [entry for entry in entries if all(word in _said(entry) for word in wanted)]


def _said(entry: Methodology) -> str:
    """All that is said of an edition in the list, folded."""
    return fold(f"{entry.id} {entry.title} {entry.period} {entry.status} {entry.publisher} {entry.summary}")


def list_text(entries: Sequence[Methodology], width: int | None = None) -> str:
    """The editions as a table: id, period, status and title; a title is folded to the `width` where one is given.

    Where ids and periods leave titles too little room, each title stands below its id.
    """
    if not entries:
        return "There are no editions here.\n"
    rows = [(entry.id, entry.period, entry.status, tidy(entry.title)) for entry in entries]
    heads = ("Edition", "Period", "Status", "Title")
    sizes = [max(len(row[n]) for row in (heads, *rows)) for n in range(3)]
    indent = sum(sizes) + 6
    below = width is not None and width - indent < LEAST_TITLE
    lines = []
    for row in (heads, *rows):
        line = "  ".join(text.ljust(size) for text, size in zip(row[:3], sizes, strict=True))
        if below:
            lines += [
                line.rstrip(),
                *(wrap(row[3], (width or 0) - 2, initial_indent="  ", subsequent_indent="  ") or []),
            ]
        else:
            lines += [f"{line}  {text}".rstrip() if n == 0 else " " * indent + text
                      for n, text in enumerate(wrap(row[3], width - indent) if width else [row[3]])]  # fmt: skip
    number = counted(len(entries), "edition")
    return "\n".join([*lines, "", f"{number}. `nhsrate methodologies ID` shows one in full."]) + "\n"


def list_json(entries: Sequence[Methodology]) -> str:
    """The editions as json."""
    said = [heading_json(entry) | {"indicators": len(entry.inputs)} for entry in entries]
    return json_text(said)


def heading_json(methodology: Methodology) -> dict[str, object]:
    """What an edition is."""
    return {
        "id": methodology.id,
        "title": methodology.title,
        "publisher": methodology.publisher,
        "period": methodology.period,
        "status": methodology.status,
        "summary": methodology.summary,
    }


def methodology_json(methodology: Methodology) -> str:
    """One edition in full as json: what `methodology_text` says."""
    said = methodology_provenance(methodology) | {
        "summary": methodology.summary,
        "rates": methodology.rates.many,
        "order": "return" if methodology.in_order_of_return else "rating",
        "inputs": [input_json(entry) for entry in methodology.inputs.values()],
        "items": [item_json(methodology, item) for item in methodology.items.values()],
        "effective_weights": {
            headline: {id_: number_json(part) for id_, part in parts.items()}
            for headline, parts in effective_weights(methodology).items()
        },
        "scales": {
            scale.name: [
                {
                    "level": level.name, "word": level.word, "symbol": level.symbol, "colour": level.colour,
                    "number": None if level.number is None else exact_text(level.number),
                    "consequences": list(level.consequences), **support_json(level.support),
                }
                for level in scale.levels
            ]
            for scale in methodology.scales.values()
        },
        **peers_json(methodology.peers),
        "populations": {
            one.name: {"when": condition(methodology, one), "because": one.because}
            for one in methodology.populations.values()
        },
    }  # fmt: skip
    return json_text(said)


def support_json(support: Sequence[Support]) -> dict[str, object]:
    """Published support, where there is any."""
    return {"support": [support_entry(one) for one in support]} if support else {}


def peers_json(peers: Peers | None) -> dict[str, object]:
    """Who is like whom, where the edition says so."""
    if peers is None:
        return {}
    said = {
        "by": {id_: number_text(weight) for id_, weight in peers.weighted()},
        "number": peers.number,
        "transform": peers.transform,
        "cap": number_text(peers.cap.value) if peers.cap else None,
        "within": peers.within,
        "source": peers.source,
        "note": peers.note,
    }
    return {"peers": said}


def input_json(entry: Input) -> dict[str, object]:
    """An input as plain values."""
    return {
        "id": entry.id,
        "title": entry.title,
        "type": entry.type,
        "unit": entry.unit,
        "polarity": entry.polarity,
        **({"direction": entry.direction} if entry.direction else {}),
        "scale": entry.scale.name if entry.scale else None,
        "valid": str(entry.valid) if entry.valid else None,
        "markers": dict(entry.markers),
        "required": entry.required,
        "optional": entry.optional,
        "aliases": list(entry.aliases),
        **({"role": entry.role} if entry.role else {}),
        **({"plan_of": entry.plan_of} if entry.plan_of else {}),
        **support_json(entry.support),
        "source": entry.source,
        "note": entry.note,
        "rule": str(entry.at) if entry.at else None,
    }


def item_json(methodology: Methodology, item: Item) -> dict[str, object]:
    """A measure or rating as plain values, with its rule in words."""
    return {
        "id": item.id,
        "section": item.section,
        "title": item.title,
        "kind": item.rule.kind,
        "says": item_sentences(methodology, item),
        "reads": list(item.reads()),
        "shares": {id_: number_json(share) for id_, share in item.rule.shares().items()},
        "scale": item.scale.name if item.scale else None,
        "unit": item.unit,
        "headline": item.headline,
        "published": item.published or item.headline,
        "domain": item.domain,
        **support_json(item.support),
        "source": item.source,
        "rule": str(item.at) if item.at else None,
    }
