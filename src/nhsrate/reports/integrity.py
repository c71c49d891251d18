"""What leans on a cut, as text and json: counts beside what is expected, and the innocent reading beside them."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

from nhsrate.analysis.integrity import SIGNIFICANT
from nhsrate.core.cells import Level
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import listed, natural_key, tidy
from nhsrate.reports.provenance import set_in
from nhsrate.reports.summary import counted, done_lines
from nhsrate.reports.told import BLANK, Told, plain_text, row, styled, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.analysis.integrity import AtCut, Integrity, Other
    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment

FEW = 12
"""How many organisations near a cut are named before the rest is counted."""

INNOCENT = (
    "More than expected is no accusation: a target draws effort to it, a plan may be set at it and met, and values "
    "that are rounded or few fall on round numbers. It says where to look first."
)


def integrity_text(found: Integrity, only: Sequence[int] = ()) -> str:
    """The cuts with who is near, the ends of numbers, what rounding decides, and who gains by silence; 80 columns."""
    return plain_text(integrity_lines(found, only))


def integrity_lines(found: Integrity, only: Sequence[int] = ()) -> list[Told]:
    """The same in lines that know their styles."""
    assessment = found.assessment
    return [
        told(f"Near is within the window of each cut, both ends included; p is the exact two-sided chance of so "
             f"uneven a split, and {assessment.methodology.title} is taken as it stands.", "dim"),
        *(told(line, "dim") for line in done_lines(assessment)), BLANK,
        *cut_lines(found, only), BLANK, told(INNOCENT), BLANK, *heap_lines(found), BLANK,
        *rounding_lines(found, only), BLANK, *silence_lines(found, only),
    ]  # fmt: skip


def cut_lines(found: Integrity, only: Sequence[int] = ()) -> Iterator[Told]:
    """A line for each cut that has anybody near, or anybody of those asked for, and what so many of them mean."""
    asked = set(only) or set(range(len(found.assessment.organisations)))
    near = [(k, one) for k, one in enumerate(found.cuts) if asked.intersection(one.organisations)]
    if not near:
        verb = "is" if len(only) == 1 else "are"
        nobody = f"{who(found.assessment, only)} {verb} near none" if only else "Nobody is near any"
        yield told(f"{nobody} of {counted(len(found.cuts), 'cut')}.")
        return
    wide = max(len(one.cut.item) for _, one in near)
    least = max(9, *(len(number_text(one.cut.value)) for _, one in near))
    yield row((
        f"{'':<{wide}} {'cut':>{least}} {'within':>8} {'at':>4} {'better':>6} {'worse':>6} {'p':>7} {'without':>8}",
        "bold",
    ))  # fmt: skip
    for k, one in near:
        cut = one.cut
        yield row(
            (f"{cut.item:<{wide}} ", ""), (f"{number_text(cut.value):>{least}}", "bold"),
            ((f" {number_text(one.window):>8} {one.at:>4} "
             f"{one.better:>6} {one.worse:>6} {chance(one.p):>7} {chance(one.p_without_at):>8}"), ""),
        )  # fmt: skip
        within = f", {cut.within[0]} {cut.within[1]}" if cut.within else ""
        more = "; more than expected" if k in found.standing_out else ""
        sides = "" if cut.better else "; better is above it, worse below, as no side is said to be better"
        name = f"{tidy(found.assessment.methodology.name_of(cut.item))}{within}"
        yield Told(1, ((name, "dim"), (more, "warning"), (sides, "dim")))
        yield told(f"near: {who(found.assessment, one.organisations)}", depth=1)
    yield BLANK
    yield told(
        f"`without` leaves out those exactly at the cut. {counted(len(found.cuts), 'cut')}, {found.made} with anybody "
        f"near: of so many tests {float(found.by_chance):.2f} would come out below 0.05 by luck alone; "
        f"{len(found.standing_out)} still {'stand' if len(found.standing_out) != 1 else 'stands'} out when so many are "
        f"looked at (Holm's correction).",
        "dim",
    )


def who(assessment: Assessment, organisations: Sequence[int]) -> str:
    """The codes of organisations, the first few and how many more."""
    return listed([tidy(assessment.organisations[n].code) for n in organisations], FEW)


def chance(p: Fraction) -> str:
    """A chance with two digits that count; a tiny one is told as such.

    >>> from fractions import Fraction
    >>> chance(Fraction(1, 64)), chance(Fraction(5, 8)), chance(Fraction(1)), chance(Fraction(1, 10**9))
    ('0.016', '0.63', '1', '< 1e-5')
    """
    if p < 1e-5:
        return "< 1e-5"
    with localcontext(prec=2, rounding=ROUND_HALF_UP):
        return f"{(Decimal(p.numerator) / Decimal(p.denominator)).normalize():.2g}"


def heap_lines(found: Integrity) -> list[Told]:
    """The inputs whose values end in round digits more often than expected."""
    unlikely = [(k, one) for k, one in enumerate(found.heaps) if one.p <= SIGNIFICANT]
    if not unlikely:
        return [told("No input's values end in 0, or in 0 or 5, more often than expected.")]
    name, stand = found.assessment.methodology.name_of, len(found.ends_standing_out)
    return [
        told("Ends of numbers:", "bold"),
        *(
            Told(1, (
                ((f"{tidy(name(one.item))} ({one.item}): {one.count} of {one.of} end in {one.end}, where "
                  f"{float(one.expected):.1f} are expected (p {chance(one.p)})"), ""),
                ("; more than expected" if k in found.ends_standing_out else "", "warning"),
            ))
            for k, one in unlikely
        ),
        told(
            f"{counted(len(found.heaps), 'such count')} were made, of which {float(ends_by_chance(found)):.1f} would "
            f"come out below 0.05 by luck alone; {stand} still {'stand' if stand != 1 else 'stands'} out when so many "
            "are made (Holm's correction).", "dim",
        ),
    ]  # fmt: skip


def ends_by_chance(found: Integrity) -> Fraction:
    """How many counts of ends would come out below one in twenty by luck alone."""
    return sum((one.size for one in found.heaps), Fraction(0))


def rounding_lines(found: Integrity, only: Sequence[int] = ()) -> list[Told]:
    """Who is rated otherwise without rounding."""
    others = [one for one in found.rounding if not only or one.n in only]
    if not found.rounded:
        return [told("The method rounds nothing on the way.")]
    if not others:
        same = f"{who(found.assessment, only)} would be rated the same" if only else "Nobody would be rated otherwise"
        return [told(f"{same} without the rounding of {listed([*found.rounded], 6)}.")]
    return [told(f"Without the rounding of {listed([*found.rounded], 6)}:", "bold")] + [
        Told(1, (
            (f"{tidy(found.assessment.organisations[one.n].code)} would be ", ""), styled(one.after, level(one.after)),
            (", and is ", ""), styled(one.before, level(one.before)),
        ))
        for one in others
    ]  # fmt: skip


def silence_lines(found: Integrity, only: Sequence[int]) -> list[Told]:
    """Who would have a better level without one indicator, by organisation."""
    if found.not_asked:
        return [told(f"Who would gain by not reporting was not worked out: {found.not_asked}.")]
    gains: dict[int, list[Other]] = {}
    for one in found.not_reporting:
        if not only or one.n in only:
            gains.setdefault(one.n, []).append(one)
    if not gains:
        nobody = f"{who(found.assessment, only)} would have no" if only else "Nobody would have a"
        return [told(f"{nobody} better level by not reporting one indicator.")]
    many = found.assessment.methodology.rates.counted(len(gains))
    lines = [told(
        f"{many} would have a better level by not reporting one indicator. That is a "
        "weakness of the rules, and no advice:", "bold",
    )]  # fmt: skip
    organisations = found.assessment.organisations
    for n, ones in sorted(gains.items(), key=lambda pair: natural_key(organisations[pair[0]].code)):
        without = listed([one.input for one in ones], FEW)
        levels = (
            styled(ones[0].before, level(ones[0].before)),
            (" to ", ""),
            styled(ones[0].after, level(ones[0].after)),
        )
        lines.append(Told(1, ((f"{tidy(organisations[n].code)}: ", ""), *levels, (f" without {without}", ""))))
    return lines


def level(cell: Cell) -> str:
    """A level by its word."""
    return tidy(cell.word or cell.name) if isinstance(cell, Level) else "not rated"


def integrity_json(found: Integrity, only: Sequence[int] = ()) -> str:
    """All that was found, as json; chances are numbers, values texts of all their digits."""
    codes = [one.code for one in found.assessment.organisations]
    said = {
        "methodology": found.assessment.methodology.id,
        **set_in(found.assessment.methodology),
        "rating": found.item.id,
        "cuts": [cut_json(one, codes, standing=k in found.standing_out) for k, one in enumerate(found.cuts)],
        "tests": tests_made(found),
        "ends": unlikely_ends(found),
        "rounding": [other_json(one, codes) for one in found.rounding if not only or one.n in only],
        "not_reporting": [other_json(one, codes) for one in found.not_reporting if not only or one.n in only],
        "not_asked": found.not_asked or None,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def tests_made(found: Integrity) -> dict[str, float]:
    """How many tests were made, of cuts and of ends of numbers, and how many stand out."""
    return {
        "made": found.made,
        "expected_by_chance": float(found.by_chance),
        "standing_out": len(found.standing_out),
        "ends_made": len(found.heaps),
        "ends_expected_by_chance": float(ends_by_chance(found)),
        "ends_standing_out": len(found.ends_standing_out),
    }


def unlikely_ends(found: Integrity) -> list[dict[str, object]]:
    """The counts of ends that came out below one in twenty, and whether they stand out among all that were made."""
    return [
        {"input": one.item, "end": one.end, "count": one.count, "of": one.of, "expected": float(one.expected),
         "p": float(one.p), "more_than_expected": k in found.ends_standing_out}
        for k, one in enumerate(found.heaps) if one.p <= SIGNIFICANT
    ]  # fmt: skip


def cut_json(one: AtCut, codes: Sequence[str], *, standing: bool) -> dict[str, object]:
    """One cut."""
    cut = one.cut
    return {
        "item": cut.item, "cut": number_text(cut.value), "figure": cut.figure,
        "within": dict([cut.within]) if cut.within else None, "better_side": cut.better,
        "window": number_text(one.window), "at": one.at, "better": one.better, "worse": one.worse,
        "p": float(one.p), "p_without_at": float(one.p_without_at), "more_than_expected": standing,
        "organisations": [codes[n] for n in one.organisations],
    }  # fmt: skip


def other_json(one: Other, codes: Sequence[str]) -> dict[str, object]:
    """One organisation that would be rated otherwise."""
    names = [cell.name if isinstance(cell, Level) else None for cell in (one.before, one.after)]
    return {"code": codes[one.n], **({"input": one.input} if one.input else {}), "from": names[0], "to": names[1]}
