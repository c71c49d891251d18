"""Who can help, as an edition says it: by what organisations are alike, and the support that is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.texts import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.rules.model import Methodology
    from nhsrate.rules.support import Support


def peer_sentences(methodology: Methodology) -> list[str]:
    """By what the peers of one are found, how many they are, and where that was published."""
    peers = methodology.peers
    if peers is None:
        return []
    said = []
    if peers.by is not None:
        parts = [
            f"{tidy(methodology.name_of(id_))}" + (f" (weight {weight})" if weight else "")
            for id_, weight in peers.by.pairs()
        ]
        made = {"none": "", "log": "their logarithms ", "sqrt": "their square roots "}[peers.transform]
        cap = f"; each is capped at {peers.cap} standard deviations" if peers.cap else ""
        said.append(
            f"The peers of one are the {peers.number:,} nearest to it by {', '.join(parts)}, {made}standardised{cap}"
        )
    if peers.within is not None:
        said.append(f"compared are those with the same {tidy(methodology.name_of(peers.within))}")
    said += [tidy(peers.note).rstrip(".")] if peers.note else []
    source = f" [{peers.source}]" if peers.source else ""
    return [f"{'; '.join(said)}{source}."] if said else []


def supports(methodology: Methodology) -> Iterator[tuple[str, Support]]:
    """Everything that is published to help, each with what it is for: an indicator, what is made of it, or a level."""
    named: dict[str, tuple[Support, ...]] = {id_: entry.support for id_, entry in methodology.inputs.items()}
    named |= {id_: item.support for id_, item in methodology.items.items()}
    for id_, support in named.items():
        yield from ((tidy(methodology.name_of(id_)), one) for one in support)
    for scale in methodology.scales.values():
        for level in scale.levels:
            yield from ((f"level {level.name} of {scale.name}", one) for one in level.support)
