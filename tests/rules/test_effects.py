"""What can never matter in a rule file, and what contradicts itself; a fault of every member is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.rules import problems_of, read, said, warnings_of

from nhsrate.core.problems import Refused
from nhsrate.rules.load import load_methodology, read_methodology

if TYPE_CHECKING:
    from pathlib import Path

SCALE = "scales: {s: [{level: 3}, {level: 2}, {level: 1}]}\n"
TABLE = """
scales: {s: [{level: 3}, {level: 2}, {level: 1}]}
inputs:
  n: {type: number, required: true}
  l: {type: level, scale: s, required: true}
  y: {type: yes/no, required: true}
  t: {type: text, required: true}
  m: {type: number}
figures: {cut: {value: 5, basis: stated}}
ratings:
  said: {kind: lookup, of: t, table: {acute: 1}, otherwise: 2, headline: true}
  r: {kind: decide, rows: [ROWS], otherwise: 0}
"""


def reached(rows: str) -> list[int]:
    """The rows of a table that are said never to be reached."""
    found = warnings_of(TABLE.replace("ROWS", rows))
    return [int(text.split("Row ")[1].split()[0]) for text in found if "never reached" in text]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("{when: {n: '>= 2'}, then: 1}, {when: {n: '>= 5'}, then: 2}", [2]),
        ("{when: {n: '>= 5'}, then: 1}, {when: {n: '>= 2'}, then: 2}", []),
        ("{when: {n: '>= cut'}, then: 1}, {when: {n: '> cut'}, then: 2}", [2]),
        ("{when: {n: '> cut'}, then: 1}, {when: {n: '>= cut'}, then: 2}", []),
        ("{when: {n: '>= 2'}, then: 1}, {when: {n: '< 2'}, then: 2}, {when: {y: yes}, then: 3}", [3]),
        ("{when: {n: 1..5}, then: 1}, {when: {n: 3}, then: 2}, {when: {n: 5.5}, then: 3}", [2]),
        ("{when: {y: yes}, then: 1}, {when: {y: no}, then: 2}, {when: {n: 3}, then: 3}", [3]),
        ("{when: {l: [3, 2]}, then: 1}, {when: {l: 2, y: yes}, then: 2}, {when: {l: 1}, then: 3}", [2]),
        ("{when: {l: '>= 2'}, then: 1}, {when: {l: 3}, then: 2}", [2]),
        ("{when: {l: not 3}, then: 1}, {when: {l: 1}, then: 2}, {when: {l: 3}, then: 3}", [2]),
        ("{when: {t: Acute}, then: 1}, {when: {t: acute}, then: 2}, {when: {t: other}, then: 3}", [2]),
        ("{when: {t: not acute}, then: 1}, {when: {t: other}, then: 2}", [2]),
        ("{when: {n: '>= 2', y: yes}, then: 1}, {when: {n: '>= 3'}, then: 2}", []),
        ("{when: {n: '>= 2'}, then: 1}, {when: {n: '>= 3', y: yes}, then: 2}", [2]),
        ("{when: {m: missing}, then: 1}, {when: {m: '>= 1'}, then: 2}, {when: {m: not missing}, then: 3}", []),
        ("{when: {m: missing}, then: 1}, {when: {m: not missing}, then: 2}, {when: {m: '>= 1'}, then: 3}", [3]),
        ("{when: {m: '>= 1'}, then: 1, missing: fails}, {when: {m: '>= 2'}, then: 2, missing: holds}", []),
        ("{when: {m: '>= 1'}, then: 1, missing: holds}, {when: {m: '>= 2'}, then: 2, missing: holds}", [2]),
    ],
)
def test_a_row_that_nothing_is_left_for_is_told(rows: str, wanted: list[int]) -> None:
    assert reached(rows) == wanted


def test_a_figure_that_is_still_to_be_set_can_be_anything() -> None:
    rules = TABLE.replace("ROWS", "{when: {n: '>= cut'}, then: 1}, {when: {n: '> cut'}, then: 2}")
    required = rules.replace("{value: 5, basis: stated}", "{required: true, basis: stated}")
    assert not any("never reached" in text for text in warnings_of(required))


LIMITS = """
scales: {s: [{level: 3}, {level: 2}, {level: 1}]}
inputs: {n: {type: number}, y: {type: yes/no, required: true}, z: {type: yes/no, required: true}}
ratings:
  r: {kind: level, scale: s, of: n, halves: up, headline: true, limits: [LIMITS]}
"""


@pytest.mark.parametrize(
    ("limits", "crosses"),
    [
        ("{at_best: 1, when: {y: yes}, because: a}, {at_worst: 2, when: {z: yes}, because: b}", True),
        ("{at_worst: 2, when: {z: yes}, because: b}, {at_best: 1, when: {y: yes}, because: a}", True),
        ("{at_best: 2, when: {y: yes}, because: a}, {at_worst: 2, when: {z: yes}, because: b}", False),
        ("{at_best: 1, when: {y: yes}, because: a}, {at_worst: 2, when: {y: no}, because: b}", False),
        ("{at_best: 1, when: {y: yes}, because: a}, {at_best: 2, when: {z: yes}, because: b}", False),
        ("{at_best: 1, when: {y: yes}, because: a}, {step: up, when: {z: yes}, because: b}", False),
    ],
)
def test_a_cap_below_a_floor_is_told_where_both_may_hold(limits: str, crosses: bool) -> None:  # noqa: FBT001 (a case)
    """The one that stands last wins, which may be meant, so that it is a warning."""
    found = [text for text in warnings_of(LIMITS.replace("LIMITS", limits)) if "cap" in text]
    assert [("may both hold" in text, "incompatible" in text) for text in found] == [(True, True)] * crosses


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ("{at_best: 3, when: {y: yes}, because: a}", "A cap of r at 3 limits nothing: that is the best level."),
        ("{at_worst: 1, when: {z: yes}, because: a}", "A floor of r at 1 limits nothing: that is the worst level."),
        ("{at_best: 2, when: {y: yes, z: yes}, because: a}", ""),
        ("{at_worst: 2, when: {y: yes, z: yes}, because: a}", ""),
        ("{step: up, when: {y: yes, z: yes}, because: a}", ""),
    ],
)
def test_a_limit_at_the_end_that_everything_is_within_is_told(limit: str, told: str) -> None:
    found = [text for text in warnings_of(LIMITS.replace("LIMITS", limit)) if "limits nothing" in text]
    assert len(found) == bool(told)
    assert all(told in text for text in found)


SPREAD = """
figures: {top: {value: 1, basis: assumed}, open: {required: true, basis: stated}}
inputs: {n: {type: number, polarity: higher}}
ratings: {r: {kind: rank-spread, of: n, headline: true, RULE}}
"""


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("best: 1, worst: 4, standard: {at_least: 9, meets: 0, best: 2}",
         "No organisation gets best: 1 of r: its standard gives 0, and 2 to the best of the others."),
        ("best: 1, worst: 4, floor: {at_least: 3, fails: 5, worst: 3}",
         "No organisation gets worst: 4 of r: its floor gives 5, and 3 to the worst of the others."),
        ("best: top, worst: 4, standard: {at_least: 9, meets: 0, best: 2}",
         "No organisation gets best: 1 (top) of r: its standard gives 0, and 2 to the best of the others."),
        ("best: 1, worst: 4, standard: {at_least: 9, meets: 1, best: 2}", ""),
        ("best: top, worst: 4, standard: {at_least: 9, meets: 1, best: 2}", ""),
        ("best: 2, worst: 4, standard: {at_least: 9, meets: 1, best: 2}", ""),
        ("best: 1, worst: 4, floor: {at_least: 3, fails: 4, worst: 3}", ""),
        ("best: open, worst: 4, standard: {at_least: 9, meets: 0, best: 2}", ""),
        ("best: 1, worst: 4", ""),
    ],
)  # fmt: skip
def test_a_score_that_no_organisation_gets_is_told(rule: str, told: str) -> None:
    """A standard and a floor have ends of their own; a `best` or `worst` that is neither gives nothing."""
    found = [text for text in warnings_of(SPREAD.replace("RULE", rule)) if "No organisation gets" in text]
    assert len(found) == bool(told)
    assert all(told in text and "no-effect" in text for text in found)


def test_a_step_of_no_levels_is_a_problem() -> None:
    (found,) = problems_of(LIMITS.replace("LIMITS", "{step: down, by: 0, when: {y: yes, z: yes}, because: a}"))
    assert "wrong-type: A step of no levels changes nothing. Step by 1 or more, or remove the limit." in found


def test_a_measure_that_nothing_reads_and_nobody_publishes_is_told() -> None:
    measures = """
    inputs: {a: {type: number}, b: {type: number}}
    measures:
      idle: {kind: sum, of: [a]}
      shown: {kind: sum, of: [a], published: true}
      listed: {kind: sum, of: [a], domain: true}
      read: {kind: sum, of: [a]}
      order: {kind: place, by: [{item: b, first: lowest}]}
      tried: {kind: sum, of: [a]}
      tried_too: {kind: sum, of: [a]}
    ratings: {r: {kind: sum, of: [read], headline: true}}
    cases: [{given: {a: 1}, expect: {tried: 1}}, {given: [a], expect: [tried_too], rows: {x: [1, 1]}}]
    """
    assert [text for text in warnings_of(measures) if "measure" in text] == [
        '4:9 no-effect: Nothing reads the measure "idle". Read it, add published: true, or remove it.'
    ]


FAMILY = """
scales: {word: [{level: good}, {level: bad}]}
families: {f: [a, b, c, d]}
inputs:
  x: {each: f, id: {column: member}, type: number}
measures:
  y: {each: f, kind: %s}
ratings: {r: {kind: sum, of: {item: y, each: f}, headline: true}}
"""


def test_a_fault_of_every_member_is_told_once_with_the_count() -> None:
    (found,) = problems_of(FAMILY % "sum, of: [{column: member}, nowhere]")
    assert "So it is for 3 more members of the family." in found
    texts = problems_of(FAMILY % "lookup, of: {column: member}, result: text, table: {1: good}")
    assert any('"y.a"' in text and text.count("3 more members of the family") == 1 for text in texts), texts


def test_an_input_that_one_member_does_not_need_is_not_to_be_removed() -> None:
    rules = """
    families: {f: [a, b]}
    inputs: {x: {each: f, type: number}}
    ratings: {r: {kind: sum, of: [x.a], headline: true}}
    """
    assert warnings_of(rules) == [
        '3:13 no-effect: No rule reads the input "x.b". Read it in a measure or rating, or leave this member out with where:.'
    ]


def test_rules_with_a_warning_are_loaded_and_those_with_an_error_too_are_refused_with_both(tmp_path: Path) -> None:
    """A run does not look for what has no effect, until something else is wrong."""
    path = tmp_path / "mine.yaml"
    rules = "id: mine\ntitle: Mine\nstatus: illustrative\ninputs: {a: {type: number}, idle: {type: number}}\nratings: {r: {kind: sum, of: [a], headline: true}}\n"
    path.write_text(rules, "utf-8")
    assert [one.code for one in read_methodology(path)[1]] == ["no-effect"]
    assert read_methodology(path, warn=False)[1] == []
    assert load_methodology(path) == read_methodology(path)[0]
    path.rename(tmp_path / "yours.yaml")
    with pytest.raises(Refused) as refused:
        load_methodology(tmp_path / "yours.yaml")
    assert [one.code for one in refused.value.problems] == ["no-effect", "duplicate-name"]


def test_a_polarity_that_one_member_needs_is_left_alone() -> None:
    rules = (
        SCALE
        + """
families: {f: [a, b]}
inputs: {x: {each: f, id: {column: member}, type: number}}
measures:
  m: {each: f, kind: sum, of: [{column: member}], polarity: higher}
  z: {kind: standardise, of: m.a, over: everyone, sd: n, reverse: by polarity}
ratings: {r: {kind: sum, of: [z, m.b], headline: true}}
"""
    )
    assert not any("polarity" in text for text in warnings_of(rules))
    assert any("polarity" in text for text in warnings_of(rules.replace(", reverse: by polarity", "")))


def test_what_an_edition_inherits_and_does_not_use_is_said_at_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "id: a\ntitle: A\nfigures: {cut: {value: 1, basis: stated}}\ninputs: {x: {type: number}}\n"
        "ratings: {r: {kind: sum, of: {x: cut}, headline: true}}\n"
    )
    (tmp_path / "b.yaml").write_text(
        "title: B\nid: b\nextends: a\nreplace: {ratings: {r: {kind: sum, of: {x: 2}, headline: true}}}\n"
    )
    assert read_methodology(tmp_path / "a.yaml")[1] == []
    _, (problem,) = read_methodology(tmp_path / "b.yaml")
    assert str(problem.at).endswith("b.yaml:2:1")
    assert problem.message.startswith('Nothing refers to the figure "cut". It comes from ')
    assert problem.message.endswith("a.yaml:3:11.")
    assert problem.remedy == "Use it here, or take it out under remove: or change:."


@pytest.mark.parametrize(
    ("weights", "total"),
    [
        ("{a: 50, b: 49}", "99"),
        ("{a: 0.333, b: 0.333, c: 0.333}", "0.999"),
        ("{a: 50, b: 50}", ""),
        ("{a: 2, b: 1}", ""),
        ("{a: 99}", ""),
    ],
)
def test_weights_that_come_close_to_a_whole_are_noted(weights: str, total: str) -> None:
    rules = f"""
    inputs: {{a: {{type: number}}, b: {{type: number}}, c: {{type: number}}}}
    ratings: {{r: {{kind: weighted-mean, of: {weights}, headline: true}}}}
    """
    notes = [said(problem) for problem in read(rules)[1] if problem.code == "weights"]
    assert len(notes) == bool(total)
    assert all(f"The weights come to {total}, and not to " in note for note in notes)


def gated(gate: str, condition: str = "a: '>= 1'") -> list[str]:
    return problems_of(f"""
    inputs: {{a: {{type: number}}, b: {{type: number}}}}
    ratings: {{r: {{kind: decide, only_when: {gate}, rows: [{{when: {{{condition}}}, then: 1}}], otherwise: 0, headline: true}}}}
    """)


def test_what_a_gate_has_tested_is_there_behind_it() -> None:
    assert gated("{when: {a: not missing}, because: none}") == []
    assert gated("{when: {a: '>= 0'}, missing: fails, because: none}") == []
    assert len(gated("{when: {a: missing}, because: none}")) == 1
    assert len(gated("{when: {a: '>= 0'}, missing: holds, because: none}")) == 1
    assert len(gated("{when: {a: not missing}, because: none}", "b: '>= 1'")) == 1


def test_a_required_text_is_not_counted_as_missing_for_markers_of_the_whole_return() -> None:
    def found(input_: str) -> list[str]:
        return problems_of(f"""
        reading: {{markers: {{n/a: none}}}}
        inputs: {{t: {input_}}}
        ratings: {{r: {{kind: decide, rows: [{{when: {{t: 3}}, then: 1}}], otherwise: 0, headline: true}}}}
        """)

    assert found("{type: text, required: true}") == []
    assert ['the marker "n/a" is' in text for text in found("{type: number, required: true}")] == [True]
    assert ['the marker "x" is' in text for text in found("{type: text, required: true, markers: {x: y}}")] == [True]
    assert ["a blank is" in text for text in found("{type: text}")] == [True]
    assert ["its column may be absent" in text for text in found("{type: text, optional: true}")] == [True]


def test_why_an_item_may_be_missing_is_said() -> None:
    rules = """
    inputs: {a: {type: number}, b: {type: number, required: true}}
    measures:
      rests: {kind: sum, of: [a], missing: missing}
      gate: {kind: sum, of: [b], only_when: {when: {b: 1}, because: none}}
      none: {kind: ratio, of: b, to: b, zero: missing}
    ratings:
      r: {kind: decide, rows: [{when: {rests: 1, gate: 1, none: 1}, then: 1}], otherwise: 0, headline: true}
    """
    rests, gate, none = problems_of(rules)
    assert '"rests" may be missing ("a" may be, which it rests on), and' in rests
    assert '"gate" may be missing (its only_when may not hold), and' in gate
    assert '"none" may be missing (its rule may give none), and' in none
