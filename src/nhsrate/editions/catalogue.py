"""The editions as they are listed, and everything one of them says as json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.numbers import number_text
from nhsrate.core.texts import tidy
from nhsrate.editions.text import condition, item_sentences, methodology_text, paragraph
from nhsrate.engine.explain import exact_text
from nhsrate.engine.weights import effective_weights
from nhsrate.reports.csv_json import json_text
from nhsrate.reports.provenance import methodology_provenance
from nhsrate.reports.summary import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Item, Methodology

__all__ = ["effective_weights", "list_json", "list_text", "methodology_json", "methodology_text"]


def list_text(entries: Sequence[Methodology]) -> str:
    """The editions: id, title, period, status, how many indicators, and what is rated."""
    lines = []
    for entry in entries:
        lines += [entry.id, f"  {tidy(entry.title)}"]
        facts = [entry.period, entry.status, counted(len(entry.inputs), "indicator"), entry.publisher]
        lines += paragraph("; ".join(filter(None, facts)), 2, 0)
        lines += paragraph(entry.summary, 2, 0)
        lines.append("")
    lines.append("`nhsrate methodologies ID` shows one in full." if entries else "There are no editions here.")
    return "\n".join(lines) + "\n"


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
            headline: {id_: number_text(part) for id_, part in parts.items()}
            for headline, parts in effective_weights(methodology).items()
        },
        "scales": {
            scale.name: [
                {
                    "level": level.name, "word": level.word, "symbol": level.symbol, "colour": level.colour,
                    "number": None if level.number is None else exact_text(level.number),
                    "consequences": list(level.consequences),
                }
                for level in scale.levels
            ]
            for scale in methodology.scales.values()
        },
        "populations": {
            one.name: {"when": condition(methodology, one), "because": one.because}
            for one in methodology.populations.values()
        },
    }  # fmt: skip
    return json_text(said)


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
        "shares": {id_: number_text(share) for id_, share in item.rule.shares().items()},
        "scale": item.scale.name if item.scale else None,
        "unit": item.unit,
        "headline": item.headline,
        "published": item.published or item.headline,
        "domain": item.domain,
        "source": item.source,
        "rule": str(item.at) if item.at else None,
    }
