"""Clusters: Lloyd's iteration against a textbook's, Hartigan and Wong's by hand and by what it promises."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support.rules import method, plain, problems_of, rate, results, why

from nhsrate.core.clusters import bin_median_seeds, hartigan_wong, lloyd, middles_of
from nhsrate.core.numbers import WORKING, snap
from nhsrate.engine.assess import assess
from nhsrate.returns.model import Organisation, Return, Values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

NEAR = Fraction(1, 10**20)
VALUES = st.lists(st.integers(0, 60), min_size=1, max_size=24)


def decimals(*values: float) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


def plain_lloyd(
    values: Sequence[Decimal], seeds: Sequence[Decimal], trim: Decimal | None = None
) -> list[tuple[Fraction, list[Fraction]]]:
    """Lloyd's iteration as a textbook has it: every value looks at every centre."""
    centres = sorted({Fraction(seed) for seed in seeds})
    while True:
        groups: list[list[Fraction]] = [[] for _ in centres]
        for value in map(Fraction, values):
            nearest = min(range(len(centres)), key=lambda k: (abs(value - centres[k]), k))
            groups[nearest].append(value)
        moved = []
        for centre, group in zip(centres, groups, strict=True):
            near = [value for value in group if trim is None or abs(value - centre) <= Fraction(trim)]
            moved.append(sum(near, Fraction(0)) / len(near) if near else centre)
        if moved == centres:
            return list(zip(centres, groups, strict=True))
        centres = moved


def test_seeds_are_the_medians_of_bins_closed_on_the_right() -> None:
    values = decimals(1, 2, 3, 4, 5, 6)
    assert bin_median_seeds(values, 2, "averaged inverted cdf") == decimals(2, 5)
    assert bin_median_seeds(values, 3, "linear") == decimals(1.5, 3.5, 5.5)


def test_a_seed_between_two_values_has_the_digits_that_are_compared() -> None:
    """Halfway between two values of 40 digits lies one of 41."""
    near = Decimal(1) + Decimal("1E-39")
    with localcontext(WORKING):
        assert bin_median_seeds([near, Decimal(2)], 1, "linear") == [snap((near + 2) / 2)] == [Decimal("1.5")]


def test_ties_may_leave_fewer_seeds_than_clusters() -> None:
    assert bin_median_seeds(decimals(3, 3, 3, 3), 3, "linear") == decimals(3)
    assert bin_median_seeds(decimals(1, 7), 5, "averaged inverted cdf") == decimals(1, 7)


@given(VALUES, st.integers(2, 5), st.sampled_from([None, 3, 8]))
@settings(max_examples=120)
def test_lloyd_is_the_textbooks(numbers: list[int], k: int, trim: int | None) -> None:
    values = sorted(map(Decimal, numbers))
    seeds = bin_median_seeds(values, k, "averaged inverted cdf")
    far = None if trim is None else Decimal(trim)
    centres = lloyd(values, seeds, trim=far)
    wanted = [centre for centre, _ in plain_lloyd(values, seeds, far)]
    assert all(abs(Fraction(a) - b) < NEAR for a, b in zip(centres, wanted, strict=True))


def test_a_value_halfway_belongs_to_the_lower_centre() -> None:
    assert lloyd(decimals(0, 2, 4), decimals(0, 4)) == decimals(1, 4)
    assert middles_of(decimals(1, 4)) == decimals(2.5)


def test_a_stated_number_of_rounds_stops_before_the_centres_do() -> None:
    values = decimals(0, 1, 2, 3, 10, 20)
    seeds = decimals(0, 1)
    assert lloyd(values, seeds, rounds=1) == decimals(0, 7.2)
    assert lloyd(values, seeds, rounds=2) == decimals(1.5, 15)
    assert lloyd(values, seeds) == decimals(1.5, 15)


def test_values_beyond_the_trim_do_not_move_a_centre() -> None:
    values = decimals(0, 1, 2, 20, 21, 40)
    assert lloyd(values, decimals(1, 20), trim=Decimal(5)) == decimals(1, 20.5)
    assert lloyd(values, decimals(1, 27)) == decimals(1, 27)


def test_a_cluster_with_nothing_near_keeps_its_centre() -> None:
    assert lloyd(decimals(0, 1, 9), decimals(0, 5, 9), trim=Decimal("0.5")) == decimals(0, 5, 9)


def test_hartigan_wong_moves_a_value_that_lloyd_leaves() -> None:
    """4 is nearer to 2 than to 7, and yet the squares fall from 8 to 4.5 when it moves."""
    values, seeds = decimals(0, 4, 7), decimals(2, 7)
    assert lloyd(values, seeds) == decimals(2, 7)
    assert hartigan_wong(values, seeds) == ([0, 1, 1], decimals(0, 5.5))


def test_hartigan_wong_counts_clusters_by_their_centres_whatever_the_order() -> None:
    assert hartigan_wong(decimals(11, 1, 10, 2), decimals(1, 10)) == ([1, 0, 1, 0], decimals(1.5, 10.5))
    assert hartigan_wong(decimals(9, 1, 5), decimals(1, 5, 9)) == ([2, 0, 1], decimals(1, 5, 9))


def test_hartigan_wong_with_one_centre_is_the_mean() -> None:
    assert hartigan_wong(decimals(1, 2, 6), decimals(2, 2)) == ([0, 0, 0], decimals(3))


def test_hartigan_wong_fills_a_cluster_that_nothing_was_nearest_to() -> None:
    own, centres = hartigan_wong(decimals(0, 1, 2, 3), decimals(0, 2, 50))
    assert len(centres) == len(set(own)) == 3


def test_hartigan_wong_transfers_quickly_by_what_a_move_costs_and_not_from_pairs_only() -> None:
    """Both are moves of the second stage: by the gain of the other cluster, and out of a cluster of two."""
    assert hartigan_wong(decimals(18, 24, 24, 17, 11), decimals(11, 17))[0] == [0, 1, 1, 0, 0]
    assert hartigan_wong(decimals(6, 20, 12, 13, 38, 10), decimals(12, 13))[0] == [0, 0, 0, 0, 1, 0]


def test_a_cluster_that_was_changed_quickly_is_looked_at_again_for_every_value() -> None:
    """The same as the algorithm written a second time, below: the next round moves 26 on to the best cluster."""
    numbers, seeds = decimals(22, 14, 29, 19, 21, 26, 4), decimals(11, 22, 27, 30)
    with localcontext(WORKING):
        assert hartigan_wong(numbers, seeds)[0] == [2, 1, 3, 2, 2, 3, 0]


def as_136(  # noqa: C901, PLR0912, PLR0915 (one piece, as translations of it are)
    points: Sequence[Fraction], seeds: Sequence[Fraction], rounds: int
) -> list[int] | None:
    """The algorithm written a second time, with the arrays of AS 136, counted from 1; nothing where a cluster is empty.

    Hartigan and Wong, *Algorithm AS 136: A K-Means Clustering Algorithm*, Applied Statistics 28(1) (1979), 100-108; the
    listing printed there was not at hand. This was compared, statement by statement, with a public translation of its
    subroutines KMNS, OPTRA and QTRAN into Pascal that carries its comments, and moves the same points (the translation
    does not hand INDX back, as the comments say that it is). `an1` is n / (n - 1), `an2` n / (n + 1), `ncp` the step of
    a cluster's last change, `live` until which point it is looked at, `d` what leaving its own cluster saves a point,
    which is worked out only where that cluster has changed.
    """
    m, k, a = len(points), len(seeds), [Fraction(0), *points]
    c = [Fraction(0), *seeds]
    ic1, ic2, d = [0] * (m + 1), [0] * (m + 1), [Fraction(0)] * (m + 1)
    for i in range(1, m + 1):
        one, two = (1, 2) if (a[i] - c[1]) ** 2 <= (a[i] - c[2]) ** 2 else (2, 1)
        for g in range(3, k + 1):
            if (a[i] - c[g]) ** 2 < (a[i] - c[one]) ** 2:
                one, two = g, one
            elif (a[i] - c[g]) ** 2 < (a[i] - c[two]) ** 2:
                two = g
        ic1[i], ic2[i] = one, two
    nc = [ic1.count(g) for g in range(k + 1)]
    if 0 in nc[1:]:
        return None
    an1, an2 = [Fraction(0)] * (k + 1), [Fraction(0)] * (k + 1)
    itran, ncp, live = [1] * (k + 1), [-1] * (k + 1), [0] * (k + 1)

    def weigh(g: int) -> None:
        an2[g] = Fraction(nc[g], nc[g] + 1)
        an1[g] = Fraction(nc[g], nc[g] - 1) if nc[g] > 1 else Fraction(10**30)

    def move(i: int, l1: int, l2: int) -> None:
        c[l1] = (c[l1] * nc[l1] - a[i]) / (nc[l1] - 1)
        c[l2] = (c[l2] * nc[l2] + a[i]) / (nc[l2] + 1)
        nc[l1], nc[l2] = nc[l1] - 1, nc[l2] + 1
        weigh(l1)
        weigh(l2)
        ic1[i], ic2[i] = l2, l1

    for g in range(1, k + 1):
        c[g] = sum((a[i] for i in range(1, m + 1) if ic1[i] == g), Fraction(0)) / nc[g]
        weigh(g)
    indx = 0
    for _ in range(rounds):
        for g in range(1, k + 1):  # OPTRA
            if itran[g] == 1:
                live[g] = m + 1
        for i in range(1, m + 1):
            indx += 1
            l1 = ic1[i]
            if nc[l1] != 1:
                if ncp[l1] != 0:
                    d[i] = (a[i] - c[l1]) ** 2 * an1[l1]
                l2 = ll = ic2[i]
                r2 = (a[i] - c[l2]) ** 2 * an2[l2]
                for g in range(1, k + 1):
                    if (i >= live[l1] and i >= live[g]) or g in {l1, ll}:
                        continue
                    if (a[i] - c[g]) ** 2 < r2 / an2[g]:
                        r2, l2 = (a[i] - c[g]) ** 2 * an2[g], g
                if r2 >= d[i]:
                    ic2[i] = l2
                else:
                    indx = 0
                    live[l1] = live[l2] = m + i
                    ncp[l1] = ncp[l2] = i
                    move(i, l1, l2)
            if indx == m:
                return ic1[1:]
        for g in range(1, k + 1):
            itran[g] = 0
            live[g] -= m
        icoun = istep = 0  # QTRAN
        while icoun < m:
            for i in range(1, m + 1):
                icoun, istep = icoun + 1, istep + 1
                l1, l2 = ic1[i], ic2[i]
                if nc[l1] != 1:
                    if istep <= ncp[l1]:
                        d[i] = (a[i] - c[l1]) ** 2 * an1[l1]
                    if (istep < ncp[l1] or istep < ncp[l2]) and (a[i] - c[l2]) ** 2 < d[i] / an2[l2]:
                        icoun = indx = 0
                        itran[l1] = itran[l2] = 1
                        ncp[l1] = ncp[l2] = istep + m
                        move(i, l1, l2)
                if icoun == m:
                    break
        if k == 2:
            return ic1[1:]
        for g in range(1, k + 1):
            ncp[g] = 0
    return ic1[1:]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=14), st.data(), st.sampled_from([1, 2, 3, 10]))
@settings(max_examples=300)
def test_hartigan_wong_is_the_same_as_written_a_second_time(
    numbers: list[int], data: st.DataObject, rounds: int
) -> None:
    """With fractions, so that moves which cost just what they save are not made; they are among whole numbers."""
    seeds = sorted(data.draw(st.lists(st.integers(0, 40), min_size=2, max_size=5, unique=True)))
    listed = as_136(list(map(Fraction, numbers)), list(map(Fraction, seeds)), rounds)
    assume(listed is not None)
    assert listed is not None
    groups: dict[int, list[int]] = {}
    for number, own in zip(numbers, listed, strict=True):
        groups.setdefault(own, []).append(number)
    by_centre = sorted(groups, key=lambda own: (Fraction(sum(groups[own]), len(groups[own])), own))
    with localcontext(WORKING):
        found, _ = hartigan_wong(decimals(*numbers), decimals(*seeds), rounds=rounds)
    assert found == [by_centre.index(own) for own in listed]


def test_a_move_that_costs_just_what_it_saves_is_not_made() -> None:
    """From 13, 19 and 9 the last would save (14/3)^2 x 3/2, and beside 2 and 2 cost 7^2 x 2/3: both are 98/3."""
    with localcontext(WORKING):
        assert hartigan_wong(decimals(2, 13, 19, 2, 9), decimals(4, 10))[0] == [0, 1, 1, 0, 1]


def test_hartigan_wong_stops_after_its_rounds() -> None:
    values = [Decimal(n * n % 101) for n in range(60)]
    seeds = decimals(0, 1, 2, 3)
    assert hartigan_wong(values, seeds, rounds=1) != hartigan_wong(values, seeds, rounds=50)


@given(VALUES, st.integers(2, 5), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_under_hartigan_wong_no_transfer_makes_the_squares_less(numbers: list[int], k: int, random: Random) -> None:
    random.shuffle(numbers)
    values = list(map(Decimal, numbers))
    seeds = bin_median_seeds(sorted(values), k, "averaged inverted cdf")
    own, centres = hartigan_wong(values, seeds, rounds=100)
    assert sorted(set(own)) == list(range(len(centres)))
    assert all(low < high for low, high in pairwise(centres))
    groups = [[Fraction(v) for v, c in zip(values, own, strict=True) if c == k] for k in range(len(centres))]
    means = [sum(group, Fraction(0)) / len(group) for group in groups]
    assert all(abs(Fraction(a) - b) < NEAR for a, b in zip(centres, means, strict=True))
    for value, cluster in zip(map(Fraction, values), own, strict=True):
        size = len(groups[cluster])
        if size == 1:
            continue
        saved = Fraction(size, size - 1) * (value - means[cluster]) ** 2
        for other, group in enumerate(groups):
            if other != cluster:
                cost = Fraction(len(group), len(group) + 1) * (value - means[other]) ** 2
                assert cost >= saved - NEAR


RULES = """
scales: {stars: [{level: 3}, {level: 2}, {level: 1}]}
inputs:
  score: {type: number, polarity: higher}
  peers: {type: text}
populations: {rated: {when: {score: ">= 0"}, missing: fails}}
measures:
  stars:
      {kind: clusters, scale: stars, of: score, over: everyone, algorithm: lloyd,
       quantile: averaged inverted cdf, best: highest}
  lowest: {kind: clusters, scale: stars, of: score, over: everyone, algorithm: lloyd, quantile: linear, best: lowest}
  again:
      {kind: clusters, scale: stars, of: score, over: rated, within: peers, algorithm: lloyd, quantile: linear,
       best: highest, second_run: {trim: 2}}
  untrimmed:
      {kind: clusters, scale: stars, of: score, over: everyone, algorithm: lloyd, quantile: linear,
       best: highest, rounds: 1, second_run: {}}
  wong:
      {kind: clusters, scale: stars, of: score, over: everyone, algorithm: hartigan-wong, quantile: linear,
       best: highest}
  wong_again:
      {kind: clusters, scale: stars, of: score, over: everyone, algorithm: hartigan-wong, quantile: linear,
       best: highest, second_run: {}}
  wong_once:
      {kind: clusters, scale: stars, of: score, over: everyone, algorithm: hartigan-wong, quantile: linear,
       best: highest, rounds: 1}
  wong_twice:
      {kind: clusters, scale: stars, of: score, over: everyone, algorithm: hartigan-wong, quantile: linear,
       best: highest, rounds: 1, second_run: {}}
"""
RULES += (
    "  linear: {kind: clusters, scale: stars, of: score, over: everyone, algorithm: lloyd, quantile: linear, "
    "best: highest}\n"
)
SCORES = "1 2 8 9 20 21"


def column(item: str, **columns: str) -> list[str]:
    return results(rate(RULES, only=[item], **columns), item)  # type: ignore[arg-type]  # columns alone


def test_levels_follow_the_order_of_the_centres() -> None:
    assert column("stars", score=SCORES) == ["1", "1", "2", "2", "3", "3"]
    assert column("lowest", score=SCORES) == ["3", "3", "2", "2", "1", "1"]
    for item in ("wong", "wong_again", "untrimmed"):
        assert column(item, score=SCORES) == ["1", "1", "2", "2", "3", "3"]


def test_a_second_run_of_hartigan_and_wong_begins_where_the_first_was_stopped() -> None:
    """After one round 13 is with 7, and to take it from there saves 18 where 18 alone takes it for 12.5."""
    scores = "13 27 26 18 26 26 7 23"
    assert column("wong_once", score=scores) == ["1", "3", "3", "2", "3", "3", "1", "3"]
    assert column("wong_twice", score=scores) == ["2", "3", "3", "2", "3", "3", "1", "3"]


def test_fewer_clusters_than_levels_are_counted_from_the_worst() -> None:
    assert column("stars", score="5 5 5") == ["1", "1", "1"]
    assert column("stars", score="5 9 5") == ["1", "2", "1"]
    assert column("lowest", score="5 9 5") == ["2", "1", "2"]
    assert column("wong", score="5 9 5") == ["1", "2", "1"]


def test_a_better_value_can_lower_a_level() -> None:
    """The last organisation goes from 16 to 17, and draws the boundary above itself."""
    levels_before = column("linear", score="20 9 0 1 17 1 16")
    levels_after = column("linear", score="20 9 0 1 17 1 17")
    assert (levels_before, levels_after) == (list("3211313"), list("3111212"))


def test_each_cohort_has_clusters_of_its_own() -> None:
    found = column("again", score="1 2 3 10 20 30 - -1", peers="a a a b b b b b")
    outside = "missing (not in the population rated)"
    assert found == ["1", "2", "3", "1", "2", "3", outside, outside]


def test_why_shows_the_centres_and_the_rule_says_how_they_are_found() -> None:
    rated = rate(RULES, only=["stars"], score=SCORES)
    assert why(rated, "stars") == (
        "score is 1; the centres are 1.500000, 8.500000, 20.500000 (lloyd, 6 values over everyone)"
    )
    rules = method(RULES)
    assert plain(rules, "stars") == (
        "score in 3 clusters (stars) over everyone (k-means by lloyd, from the medians of bins cut at averaged inverted cdf "
        "quantiles, at most 1000 rounds); the highest centre is the best"
    )
    assert "over rated within each peers" in plain(rules, "again")
    assert "run twice, leaving out values farther than 2 from a centre" in plain(rules, "again")
    assert plain(rules, "wong_again").endswith("rounds, run twice); the highest centre is the best")
    rule = rules.items["again"].rule
    assert (*rule.reads(), *rule.wants_numbers(), *rule.shares()) == ("score", "peers", "score", "score")
    assert rule.may_miss(lambda _: False)
    assert not rules.items["stars"].rule.may_miss(lambda _: False)


def test_a_trim_has_no_meaning_under_hartigan_wong() -> None:
    text = RULES.replace("second_run: {}", "second_run: {trim: 1}")
    assert [problem for problem in problems_of(text) if "trim: has no meaning under hartigan-wong." in problem]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_the_rows_does_not_matter(numbers: list[int], random: Random) -> None:
    """Also under Hartigan-Wong, which is handed the values in the order of the organisations' codes."""
    order = list(range(len(numbers)))
    random.shuffle(order)
    for item in ("stars", "wong", "again"):
        first = levels(item, [(chr(65 + n), value) for n, value in enumerate(numbers)])
        assert levels(item, [(chr(65 + n), numbers[n]) for n in order]) == first


def levels(item: str, rows: list[tuple[str, int]]) -> dict[str, str]:
    organisations = tuple(Organisation(code, code) for code, _ in rows)
    values = {"score": Values([Decimal(value) for _, value in rows]), "peers": Values(["a"] * len(rows))}
    assessment = assess(Return("return.csv", "", organisations, values), method(RULES), only=[item])
    return dict(zip([code for code, _ in rows], results(assessment, item), strict=True))
