"""Groups in the place of their members: how figures come together, what counts how much, and what is told."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.support.together import MAP, RETURN, rate, refused, rules, told, values

import nhsrate
from nhsrate.core.cells import Missing
from nhsrate.engine.explain import explain

if TYPE_CHECKING:
    from pathlib import Path


def test_a_percentage_is_pooled_and_not_averaged(tmp_path: Path) -> None:
    """North is 240 of 400, which is 60 % and not the mean of 90 % and 50 %."""
    groups = rate(tmp_path)
    assert values(groups, "seen") == {"N": "60", "S": "80"}
    assert values(groups, "light") == {"N": "red", "S": "green"}
    assert [one.name for one in groups.organisations] == ["North", "South"]
    assert told(groups) == []


def test_figures_are_added_and_weighted(tmp_path: Path) -> None:
    """Days in hospital: (4 x 100 + 8 x 300) / 400 = 7."""
    groups = rate(tmp_path)
    assert values(groups, "came") == {"N": "400", "S": "100"}
    assert values(groups, "stay") == {"N": "7", "S": "5"}


@pytest.mark.parametrize(("how", "north", "cell"), [("worst", "8", "F3"), ("best", "4", "F2")])
def test_the_worst_and_the_best_are_a_members_own(tmp_path: Path, how: str, north: str, cell: str) -> None:
    groups = rate(tmp_path, rule=rules(tmp_path, stay=how))
    assert values(groups, "stay") == {"N": north, "S": "5"}
    assert str(groups.submitted.values["stay"].at(0)).endswith(f"return.csv:{cell}")


def test_what_does_not_come_together_is_missing(tmp_path: Path) -> None:
    groups = rate(tmp_path, rule=rules(tmp_path, stay="not"))
    assert values(groups, "stay")["N"] == "missing (not brought together for groups)"


def test_members_count_by_their_shares_exactly(tmp_path: Path) -> None:
    """A third of Alder and two thirds: 30 of 33 1/3 with 150 of 300 are 180 of 333 1/3, which is 54 %."""
    table = "member,group,share\nRA1,N,1/3\nRA1,S,2/3\nRA2,N,1\nRA3,S,100%\n"
    groups = rate(tmp_path, table)
    assert values(groups, "seen")["N"] == "54"
    assert groups.columns["came"][0] == Decimal("333." + "3" * 37)
    assert told(groups) == []


def test_shares_over_one_together_are_refused(tmp_path: Path) -> None:
    [said] = refused(tmp_path, "member,group,share\nRA1,N,0.6\nRA1,S,0.5\nRA2,N,1\nRA3,S,1\n")
    assert said == 'groups: The shares of "RA1" are 1.1 together: 0.6 of N and 0.5 of S.'


def test_thirds_of_a_spreadsheet_are_one_together(tmp_path: Path) -> None:
    """0.333333333333333 and its like miss 1 by less than anybody means."""
    third = "0.333333333333333"
    table = f"member,group,share\nRA1,N,{third}\nRA1,S,{third}\nRA1,W,{third}\nRA2,N,1\nRA3,S,1\n"
    assert told(rate(tmp_path, table)) == []


def test_shares_of_less_than_one_are_told(tmp_path: Path) -> None:
    said = told(rate(tmp_path, "member,group,share\nRA1,N,0.25\nRA2,N,1\nRA3,S,1\n"))
    assert said == [
        "warning: The shares of 1 organisation are less than 1 together, so that the rest counts in no group: RA1 (0.25)."
    ]


def test_a_member_without_shares_counts_wholly_in_each_of_its_groups(tmp_path: Path) -> None:
    groups = rate(tmp_path, "member,group\nRA1,N\nRA1,S\nRA2,N\nRA3,S\n")
    assert values(groups, "came") == {"N": "400", "S": "200"}
    assert told(groups) == [
        "note: 1 organisation without shares belongs to several groups, and counts wholly in each: RA1."
    ]


def test_who_is_in_no_group_and_who_is_not_in_the_return_are_named(tmp_path: Path) -> None:
    groups = rate(tmp_path, "member,group\nRA1,N\nRX9,N\nRX8,W\nRA2,N\n")
    assert told(groups) == [
        "note: 1 of the members does not stand in the return, and nothing of them counts: N: RX9.",
        "warning: 1 group without any organisation in the return is not rated: W.",
        "warning: 1 organisation of the return belongs to no group, and nothing of it counts: RA3 Cedar.",
    ]
    assert [one.code for one in groups.organisations] == ["N"]


def test_a_code_that_is_written_otherwise_is_named_and_not_taken(tmp_path: Path) -> None:
    groups = rate(tmp_path, "member,group\nRA1,N\nra2,N\nRA3,S\n")
    assert values(groups, "came") == {"N": "100", "S": "100"}
    assert 'RA2 Birch (there is "ra2" in ' in told(groups)[-1]


def test_where_all_codes_are_written_otherwise_they_are_read_so(tmp_path: Path) -> None:
    groups = rate(tmp_path, MAP.lower())
    assert values(groups, "came") == {"n": "400", "s": "100"}
    assert told(groups) == [
        "note: The codes of the members are those of the return but for capitals, and were read so."
    ]


BLANK = RETURN.replace("RA2,Birch,50%,150,300,8", "RA2,Birch,50%,,300,8")
MARKED = RETURN.replace("RA2,Birch,50%,150,300,8", "RA2,Birch,-,-,-,-")


def test_what_is_pooled_comes_from_members_that_have_both_figures(tmp_path: Path) -> None:
    groups = rate(tmp_path, rows=BLANK)
    assert values(groups, "seen")["N"] == "90"
    assert (
        told(groups)[0]
        == "warning: Seen in time (seen) comes from the members that have both figures: North without RA2 (blank)."
    )


def test_a_sum_lacks_what_a_member_lacks(tmp_path: Path) -> None:
    groups = rate(tmp_path, rows=BLANK)
    assert values(groups, "within") == {"N": "missing (RA2 has no figure)", "S": "80"}
    assert (
        told(groups)[1]
        == "warning: Within four hours (within) is missing where a member has none: North without RA2 (blank)."
    )


def test_a_sum_of_those_that_have_it_is_one_where_that_is_said(tmp_path: Path) -> None:
    text = rules(tmp_path).read_text().replace("together: sum", "together: {how: sum, missing: leave out}")
    (tmp_path / "seen.yaml").write_text(text)
    assert values(rate(tmp_path, rows=BLANK, rule=tmp_path / "seen.yaml"), "within")["N"] == "90"


def test_a_declared_marker_is_noted_and_a_blank_is_warned_of(tmp_path: Path) -> None:
    said = told(rate(tmp_path, rows=MARKED))
    assert (
        said[0]
        == "note: Seen in time (seen) and Days in hospital (stay) come from the members that have both figures: "
        "North without RA2 (does not apply)."
    )


def test_where_no_member_has_a_figure_the_group_has_none(tmp_path: Path) -> None:
    rows = MARKED.replace("RA1,Alder,90%,90,100,4", "RA1,Alder,-,-,-,-")
    assert values(rate(tmp_path, rows=rows), "seen")["N"] == "missing (does not apply)"
    mixed = MARKED.replace("RA1,Alder,90%,90,100,4", "RA1,Alder,,,,")
    assert values(rate(tmp_path, rows=mixed), "seen")["N"] == "missing (no member has a figure)"


def test_nothing_over_nothing_is_missing(tmp_path: Path) -> None:
    rows = RETURN.replace("RA3,Cedar,80%,80,100,5", "RA3,Cedar,,0,0,5")
    groups = rate(tmp_path, rows=rows)
    assert values(groups, "seen")["S"] == "missing (nothing under came in any member)"
    assert values(groups, "stay")["S"] == "missing (nothing under came in any member)"


def test_an_input_that_does_not_say_how_it_comes_together_is_refused(tmp_path: Path) -> None:
    rule = rules(tmp_path)
    rule.write_text(rule.read_text().replace(", together: {numerator: within, denominator: came}", ""))
    [said] = refused(tmp_path, rule=rule)
    assert said.startswith("together: Seen in time (seen) does not say how the figures of several organisations come")
    assert said.endswith("Percentages are never averaged.")


def test_a_number_that_does_not_say_so_is_refused_where_it_is_rated(tmp_path: Path) -> None:
    """And not where nothing that is printed rests on it."""
    rule = rules(tmp_path)
    text = rule.read_text().replace(", together: weighted by came", "")
    rule.write_text(text)
    assert values(rate(tmp_path, rule=rule), "stay")["N"] == "missing (not brought together for groups)"
    rule.write_text(text + "  stays: {kind: difference, of: stay, from: 0, published: true}\n")
    assert refused(tmp_path, rule=rule) == [
        "together: Days in hospital (stay) does not say how the figures of several organisations come together."
    ]


def test_a_percentage_without_its_counts_in_the_return_is_refused(tmp_path: Path) -> None:
    rows = "Code,Name,Seen in time\nRA1,Alder,90%\nRA2,Birch,50%\nRA3,Cedar,80%\n"
    assert refused(tmp_path, rows=rows) == [
        "together: Seen in time (seen) is pooled, within over came, and the return has no figures of within and came."
    ]


def test_counts_without_the_percentage_make_it(tmp_path: Path) -> None:
    rows = "Code,Name,Within four hours,Attended\nRA1,Alder,90,100\nRA2,Birch,150,300\nRA3,Cedar,80,100\n"
    assert values(rate(tmp_path, rows=rows), "seen") == {"N": "60", "S": "80"}


def test_a_numerator_above_its_denominator_is_refused(tmp_path: Path) -> None:
    rows = RETURN.replace("RA3,Cedar,80%,80,100,5", "RA3,Cedar,80%,120,100,5")
    [said] = refused(tmp_path, rows=rows)
    assert said == "together: Seen in time (seen) of South comes to 120, and may be 0 to 100."


def test_a_weight_below_zero_is_refused(tmp_path: Path) -> None:
    rule = rules(tmp_path, seen="weighted by stay")
    rows = RETURN.replace("RA3,Cedar,80%,80,100,5", "RA3,Cedar,80%,80,100,-5")
    [said] = refused(tmp_path, rows=rows, rule=rule)
    assert said == "together: stay is -5 here, and the weight of seen is not below zero."


def test_a_percentage_that_is_not_its_counts_is_told(tmp_path: Path) -> None:
    rows = RETURN.replace("RA3,Cedar,80%,80,100,5", "RA3,Cedar,80%,20,100,5")
    assert told(rate(tmp_path, rows=rows)) == [
        'warning: Seen in time (seen) is not "within" over "came" for RA3, and was pooled from these.'
    ]


def test_a_rounded_percentage_is_its_counts(tmp_path: Path) -> None:
    rows = RETURN.replace("RA3,Cedar,80%,80,100,5", "RA3,Cedar,66.7%,2,3,5")
    assert told(rate(tmp_path, rows=rows)) == []


def test_flags_of_members_go_with_their_group(tmp_path: Path) -> None:
    rule = rules(tmp_path)
    rule.write_text(rule.read_text().replace("reading: {", 'reading: {flags: {"[r]": revised}, '))
    groups = rate(tmp_path, rows=RETURN.replace("50%,150", "50%,150 [r]"), rule=rule)
    assert groups.submitted.values["within"].flags == {0: "revised of RA2"}


def test_an_explanation_reaches_the_cells_of_members(tmp_path: Path) -> None:
    groups = rate(tmp_path, "member,group,share\nRA1,N,0.5\nRA2,N,1\nRA3,S,1\n")
    reasons = explain(groups, 0, ["seen", "within", "stay"]).reasons
    assert reasons["seen"].how == "pooled from 2 members: 100 x 195 / 350"
    assert reasons["within"].how == "0.5 x 90 + 150"
    assert reasons["stay"].how == "the mean of 2 members, weighted by came: 2600 / 350"
    assert reasons["seen, RA1"].text == "90 of 100, by a share of 0.5"
    assert [str(at).rpartition(":")[2] for at in reasons["seen, RA1"].cells] == ["D2", "E2"]
    assert [str(at).rpartition(":")[2] for at in reasons["within, RA2"].cells] == ["D3"]


def test_a_member_that_gave_nothing_says_why(tmp_path: Path) -> None:
    reasons = explain(rate(tmp_path, rows=BLANK), 0).reasons
    assert reasons["seen"].how == "pooled from 1 of 2 members: 100 x 90 / 100"
    assert reasons["seen, RA2"].text == "nothing: blank"
    assert isinstance(reasons["seen, RA2"].value, Missing)


def test_levels_and_answers_have_a_worst_and_a_best(tmp_path: Path) -> None:
    """The best level of a scale stands first; of yes and no, polarity says which is better."""
    more = """\
  clean: {title: Clean, type: level, scale: light, optional: true, role: context, together: worst}
  late: {title: Late, type: yes/no, polarity: lower, optional: true, role: context, together: worst}
  open: {title: Open, type: yes/no, polarity: higher, optional: true, role: context, together: best}
"""
    rule = rules(tmp_path)
    rule.write_text(rule.read_text().replace("\n\n", f"\n{more}\n", 1))
    rows = "Code,Name,Seen in time,Within four hours,Attended,Clean,Late,Open\n"
    rows += "RA1,Alder,90%,90,100,green,no,no\nRA2,Birch,50%,150,300,red,yes,yes\nRA3,Cedar,80%,80,100,green,no,no\n"
    groups = rate(tmp_path, rows=rows, rule=rule)
    assert values(groups, "clean") == {"N": "red", "S": "green"}
    assert values(groups, "late") == {"N": "yes", "S": "no"}
    assert values(groups, "open") == {"N": "yes", "S": "no"}


def test_a_rate_is_pooled_times_so_much(tmp_path: Path) -> None:
    rule = rules(tmp_path, stay="{numerator: within, denominator: came, times: 1000}")
    assert values(rate(tmp_path, rule=rule), "stay")["N"] == "600"


def test_a_share_without_an_end_is_told_as_a_fraction(tmp_path: Path) -> None:
    reasons = explain(rate(tmp_path, "member,group,share\nRA1,N,1/3\nRA2,N,1\nRA3,S,1\n"), 0).reasons
    assert reasons["seen, RA1"].text == "90 of 100, by a share of 1/3"


def test_decisions_and_published_results_of_members_are_none_of_groups(tmp_path: Path) -> None:
    rule = rules(tmp_path)
    rule.write_text(rule.read_text().replace("headline: true", "headline: true, given_as: Light"))
    rows = "".join(
        f"{line},{word}\n" for line, word in zip(RETURN.split("\n"), ("Light", "green", "green", "red"), strict=False)
    )
    decided = tmp_path / "decided.csv"
    decided.write_text(
        "code,item,level,who,when,why\nRA1,light,red,Board,2026-01-02,so\nN,light,green,Board,2026-01-02,so\n"
    )
    (tmp_path / "groups.csv").write_text(MAP)
    (tmp_path / "return.csv").write_text(rows)
    groups = nhsrate.rate(
        [tmp_path / "return.csv", decided], rule, as_="systems", groups=tmp_path / "groups.csv"
    ).assessment
    assert values(groups, "light") == {"N": "green", "S": "green"}
    assert told(groups) == [
        "note: Results that came as published (light) are of members, and none of groups.",
        "note: 1 of the recorded decisions is about organisations, and changed nothing of groups.",
    ]


def test_groups_may_be_rated_by_an_edition_of_their_own(tmp_path: Path) -> None:
    own = rules(tmp_path).read_text().replace("id: seen", "id: together").replace("at_least: 70", "at_least: 60")
    (tmp_path / "together.yaml").write_text(own)
    rule = rules(tmp_path, groups="groups: {systems: {rates: system, sheet: Who, methodology: together}}")
    groups = rate(tmp_path, rule=rule)
    assert values(groups, "light") == {"N": "green", "S": "green"}
    assert groups.methodology.id == "together"
    assert groups.methodology.chosen_by == "named by seen for systems"


def test_one_group_may_be_printed_alone(tmp_path: Path) -> None:
    groups = rate(tmp_path, only="S")
    assert [groups.organisations[n].code for n in groups.reported] == ["S"]


def test_a_supposed_value_of_a_member_counts_in_its_group(tmp_path: Path) -> None:
    groups = rate(tmp_path, suppose={"RA2.within": 250})
    assert values(groups, "seen")["N"] == "85"
    assert [str(one) for one in groups.submitted.supposed] == ["supposed RA2.within=250"]


def test_groups_look_back_at_what_the_same_members_were(tmp_path: Path) -> None:
    """A year ago North was (2 x 100 + 6 x 300) / 400 = 5, so that 7 is 2 more; the beds of then are read too."""
    rule = rules(tmp_path)
    item = "  change: {kind: difference, of: stay, from: {item: stay, period: previous}, published: true}\n"
    rule.write_text(rule.read_text() + item)
    then = tmp_path / "then.csv"
    then.write_text("Period,2024/25\n\nCode,Attended,Days in hospital\nRA1,100,2\nRA2,300,6\nRA3,100,9\n")
    groups = rate(tmp_path, rows=f"Period,2025/26\n\n{RETURN}", rule=rule, earlier=then)
    assert values(groups, "change") == {"N": "2", "S": "-4"}
    assert "stay, 2024/25" in explain(groups, 0, ["change"]).reasons
    assert explain(groups, 0, ["change"]).reasons["stay, RA1, 2024/25"].text == "2, weighted by 100"
