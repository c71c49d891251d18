"""What is uncertain, and how it is drawn: weights, figures, values, ranks.

Each source has random numbers of its own for each block of draws, which hang on the seed, the source and the block
alone: so a draw is the same with whatever other sources it is combined, and in whatever order blocks are worked out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from nhsrate.analysis.chances import Chances, bands_of
from nhsrate.analysis.levers import number_ranked
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text, plain_number
from nhsrate.kinds.places import RankSpread
from nhsrate.language.records import figures_in, numbers_in
from nhsrate.plan.plan import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from nhsrate.analysis.chances import Bands
    from nhsrate.plan.bands import Banded
    from nhsrate.plan.columns import Array, Floats
    from nhsrate.plan.plan import Plan
    from nhsrate.rules.model import Figure, Item, Methodology

What = Literal["weights", "figures", "values", "ranks", "variants"]
WHATS: tuple[What, ...] = get_args(What)
"""The sources, in the order in which they are told."""

AVERAGES = frozenset({"geometric-mean", "mean", "weighted-mean", "weighted-variance"})
"""Kinds that weigh their parts, also where no weight is stated; a sum does where it states weights."""

BLOCK, SMALL_BLOCK = 1 << 17, 1 << 16
"""About so many cells of a column are worked out at once; fewer where every input may have a column of its own."""


class BadVary(ValueError):  # noqa: N818 (it says what is bad)
    """A text that says of no source how it varies."""


@frozen
class Vary:
    """One source, and how much it varies: a share of weights or of the number ranked, the deviation of figures.

    `names` are the figures that vary, where these are not all.
    """

    what: What
    how: Decimal | None = None
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.names:
            by = "" if self.how is None else f"={number_text(self.how)}"
            return f"{self.what}:{','.join(self.names)}{by}"
        if self.how is None:
            return self.what
        share = self.what in {"weights", "ranks"}
        return f"{self.what}={number_text(self.how * 100)}%" if share else f"{self.what}={number_text(self.how)}"


def parse_vary(text: str) -> Vary:
    """What `weights=25%`, `figures`, `figures=0.02`, `values`, `ranks=5%` or `variants` says; raises `BadVary`.

    >>> [str(parse_vary(text)) for text in ("weights=25%", "weights=0.25", "figures", "figures=0.02", "ranks=5%")]
    ['weights=25%', 'weights=25%', 'figures', 'figures=0.02', 'ranks=5%']
    >>> str(parse_vary("figures: low_cut, high_cut = 0.02"))
    'figures:low_cut,high_cut=0.02'
    """
    words, equals, amount = (part.strip() for part in text.partition("="))
    word, colon, listed = (part.strip() for part in words.partition(":"))
    names = tuple(filter(None, (name.strip() for name in listed.split(","))))
    if colon and (word != "figures" or not names):
        raise BadVary(f'"{words}" names no figures; write figures:NAME,NAME=0.02.')
    if word not in WHATS:
        raise BadVary(f'"{word}" is nothing that varies: {", ".join(WHATS[:-1])} or {WHATS[-1]}.')
    what: Any = word
    if not equals:
        if word in {"weights", "ranks"}:
            raise BadVary(f"How much {word} vary is not said, such as {word}=25%.")
        return Vary(what, names=names)
    if word in {"values", "variants"}:
        raise BadVary(f"{word} take no amount; write --vary {word}.")
    found = re.fullmatch(r"([0-9.eE+-]+)\s*(%?)", amount)
    number = plain_number(found[1]) if found else None
    if number is None or number <= 0 or (word == "figures" and found and found[2]):
        raise BadVary(f'"{amount}" is no amount by which {word} vary.')
    share = number / 100 if found and found[2] else number
    if word in {"weights", "ranks"} and share >= 1:
        raise BadVary(f"{word} vary by less than 100 %; {amount} is {number_text(share * 100)} %.")
    return Vary(what, share, names)


def usual(methodology: Methodology) -> list[Vary]:
    """What varies where nobody says: what the edition says, else weights by a quarter and the figures with bounds."""
    return [parse_vary(text) for text in methodology.vary or ("weights=25%", "figures")]


def block_rows(organisations: int, draws: int, vary: Iterable[Vary] = ()) -> int:
    """How many draws are worked out at once: by the size of the return and by what varies, and by no processor."""
    cells = SMALL_BLOCK if any(one.what in {"values", "ranks"} for one in vary) else BLOCK
    return max(1, min(draws, cells // max(1, organisations)))


def generator(seed: int, what: What, block: int) -> np.random.Generator:
    """The random numbers of a source in a block of draws."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, WHATS.index(what), block])))


class Source:
    """One source under one methodology: what it varies, and its draws."""

    def __init__(self, vary: Vary, plan: Plan, reached: frozenset[str], others: Iterable[Vary] = ()) -> None:
        """A source for what the headlines rest on; `others` are all that vary in the same run."""
        self.vary, self.plan, self.methodology = vary, plan, plan.methodology
        self.items = [plan.methodology.items[id_] for id_ in plan.order if id_ in reached]
        self.inputs = [id_ for id_ in plan.methodology.inputs if id_ in reached]
        self.bands: dict[str, Bands] = {}
        if vary.what == "values":
            place = plan.methodology.place
            roots = [*reached, *([place.id] if place else [])]
            varied = {name for one in others if one.what == "figures" for name in Source(one, plan, reached).figures()}
            for id_ in self.errors():
                found = bands_of(plan, id_, roots, varied, self.chances(id_))
                if found is not None:
                    self.bands[id_] = found

    def says(self) -> str:
        """What it varies, in words for the first line; nothing where it varies nothing."""
        counted = {
            "weights": (len(self.weighted()), "weighting"),
            "figures": (len(self.figures()), "figure"),
            "values": (len(self.errors()), "indicator"),
            "ranks": (len(self.ranks()), "rank"),
        }
        number, word = counted.get(self.vary.what, (1, "variant"))
        return f"{self.vary} ({number} {word}{'s'[: number != 1]})" if number else ""

    def drawn(self, seed: int, block: int, rows: int) -> Change:
        """The draws of a block: what they set."""
        rng = generator(seed, self.vary.what, block)
        match self.vary.what:
            case "weights":
                return Change(rows, weights=self.drawn_weights(rng, rows))
            case "figures":
                return Change(rows, figures=self.drawn_figures(rng, rows))
            case "values":
                inputs, bands = self.drawn_values(rng, rows)
                return Change(rows, inputs=inputs, bands=bands)
            case "ranks":
                return Change(rows, inputs=self.drawn_ranks(rng, rows))
        return Change(rows)

    def weighted(self) -> list[Item]:
        """The items that weigh their parts."""
        return [item for item in self.items if weighs(item)]

    def drawn_weights(self, rng: np.random.Generator, rows: int) -> dict[str, Floats]:
        """Each weight times 1 + U(-P, P), rescaled to their sum; items with the same parts and weights share them."""
        share = float(self.vary.how or 0)
        known: dict[tuple[tuple[str, ...], tuple[float, ...]], Floats] = {}
        found = {}
        for item in self.weighted():
            rule: Any = item.rule
            stated = tuple(float(weight.value) for weight in rule.of.weights or ()) or (1.0,) * len(rule.of.items)
            key = (rule.of.items, stated)
            if key not in known:
                drawn = np.array(stated) * (1 + rng.uniform(-share, share, (rows, len(stated))))
                known[key] = drawn * (sum(stated) / drawn.sum(axis=1, keepdims=True)) if sum(stated) else drawn
            found[item.id] = known[key]
        return found

    def figures(self) -> list[str]:
        """The figures that vary: those with bounds; or with a stated deviation all that are no weights or counts."""
        known = self.methodology.figures
        used = figures_used(self.methodology, self.items)
        if self.vary.names:
            used &= {*self.vary.names}
        if self.vary.how is None:
            return [name for name, figure in known.items() if name in used and bounded(figure)]
        return [name for name in known if name in used]

    def drawn_figures(self, rng: np.random.Generator, rows: int) -> dict[str, Floats]:
        """Each uniform between its bounds, or plus N(0, S)."""
        found = {}
        for name in self.figures():
            figure: Any = self.methodology.figures[name]
            if self.vary.how is None:
                found[name] = rng.uniform(float(figure.low), float(figure.high), (rows, 1))
            else:
                found[name] = float(figure.value) + rng.normal(0, float(self.vary.how), (rows, 1))
        return found

    def errors(self) -> list[str]:
        """The inputs of which the sampling error is known."""
        return [id_ for id_ in self.inputs if self.methodology.inputs[id_].error is not None]

    def drawn_values(self, rng: np.random.Generator, rows: int) -> tuple[dict[str, Array], dict[str, Banded]]:
        """Each value plus N(0, error); or where a numerator and denominator are known a beta of what they say.

        Of a value that goes through fixed cuts and nowhere else only the band is drawn, by its exact chance.
        """
        found: dict[str, Array] = {}
        bands: dict[str, Banded] = {}
        for id_ in self.errors():
            if id_ in self.bands:
                bands[id_] = self.bands[id_].drawn(rng, rows)
                continue
            chances, valid = self.chances(id_), self.methodology.inputs[id_].valid
            base, shape = chances.base, (rows, len(chances.base))
            if chances.shapes is None:
                noise = rng.standard_normal(shape, dtype=np.float32)
                noise *= np.asarray(chances.error, np.float32)
                values = base + noise
            else:
                known = ~np.isnan(chances.shapes[0] + chances.shapes[1] + base)
                first, second = (np.where(known, one, 1.0) for one in chances.shapes)
                values = np.where(known, rng.beta(first, second, shape) * chances.times, base)
            if valid is not None:
                low = -np.inf if valid.low is None else float(valid.low)
                values = np.clip(values, low, np.inf if valid.high is None else float(valid.high))
            found[id_] = values
        return found, bands

    def chances(self, id_: str) -> Chances:
        """How an input with a sampling error is spread."""
        entry: Any = self.methodology.inputs[id_]
        base, error = self.plan.base(id_).cells[0], entry.error
        if error.out_of is not None:
            top, whole = (self.plan.base(part).cells[0] for part in (error.of, error.out_of))
            second = np.maximum(whole - top + 0.5, 0.5)
            return Chances(
                base, shapes=(np.maximum(top + 0.5, 0.5), second), times=100.0 if entry.type == "percent" else 1.0
            )
        spread = np.full(base.shape, float(error.number.value)) if error.number else self.plan.base(error.of).cells[0]
        return Chances(base, error=np.nan_to_num(spread))

    def ranks(self) -> list[str]:
        """The inputs that are published ranks."""
        return [id_ for id_ in self.inputs if number_ranked(self.methodology, id_) is not None]

    def drawn_ranks(self, rng: np.random.Generator, rows: int) -> dict[str, Array]:
        """Each rank plus N(0, P of the number ranked), kept between 1 and it."""
        found: dict[str, Array] = {}
        for id_ in self.ranks():
            ranked = number_ranked(self.methodology, id_) or 1
            base = self.plan.base(id_).cells
            noise = rng.normal(0, float(self.vary.how or 0) * ranked, (rows, base.shape[1]))
            found[id_] = np.clip(base + noise, 1, ranked)
        return found


def weighs(item: Item) -> bool:
    """Whether an item weighs its parts: an average always does, a sum where it states weights."""
    rule: Any = item.rule
    if rule.kind == "sum":
        return bool(rule.of.weights)
    return rule.kind in AVERAGES and len(rule.of.items) > 1


def bounded(figure: Figure) -> bool:
    """Whether the edition says between which numbers a figure lies, and no run set it to another."""
    return figure.low is not None and figure.high is not None and figure.set_from is None


def figures_used(methodology: Methodology, items: Iterable[Item]) -> set[str]:
    """The figures that these items use otherwise than as weights, or as numbers of organisations."""
    used: set[str] = set()
    for item in items:
        rule: Any = item.rule
        own = list(figures_in(item))
        of = getattr(rule, "of", None)
        weights = [number.figure for number in numbers_in(getattr(of, "weights", None) or ())]
        counts = [rule.ranked.figure] if isinstance(rule, RankSpread) and rule.ranked is not None else []
        for name in (*weights, *counts):
            if name in own:
                own.remove(name)
        used |= set(own)
    for population in methodology.populations.values():
        used |= set(figures_in(population.when))
    return used


def joined(changes: Sequence[Change], rows: int) -> Change:
    """Several sources in the same draws. Where two vary one input, their noises are not added: the later has it."""
    figures: dict[str, Floats] = {}
    weights: dict[str, Floats] = {}
    inputs: dict[str, Array] = {}
    bands: dict[str, Banded] = {}
    for change in changes:
        figures |= change.figures
        weights |= change.weights
        inputs |= change.inputs
        bands |= change.bands
    return Change(rows, figures, weights, inputs, bands)


def picked(change: Change, rows: Array) -> Change:
    """Some of the draws of a change."""
    return Change(
        len(rows),
        {name: column[rows] for name, column in change.figures.items()},
        {id_: column[rows] for id_, column in change.weights.items()},
        {id_: column[rows] for id_, column in change.inputs.items()},
        {id_: banded.picked(rows) for id_, banded in change.bands.items()},
    )
