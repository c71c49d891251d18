"""Rule files as a whole: what the top of a file may be, several mistakes in one run, circles, gates, `each`, settings."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.rules import method, problems_of, rate, results, whole

from nhsrate.core.problems import Refused, errors
from nhsrate.language.values import SourceName
from nhsrate.rules import load as loading
from nhsrate.rules.load import load_methodology, read_methodology, shown_path

SMALL = """id: {id}
title: Small
inputs: {{a: {{type: number}}}}
ratings: {{r: {{kind: constant, value: 1, headline: true}}}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(content: str | bytes, name: str = "rules.yaml") -> list[str]:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return [str(problem) for problem in errors(read_methodology(Path(name))[1])]


def test_seven_mistakes_are_found_in_one_run() -> None:
    """
    scales: {rag: [{level: green, color: green}, {level: red}]}
    figures: {cut: {value: twelve, basis: stated}}
    inputs:
      waits: {type: percentage}
    measures:
      score: {kind: mean, of: [wait]}
      other: {kind: thresholds, of: waits, scores: [{score: 1, at_leest: cut}, {score: 2, otherwise: true}]}
    ratings:
      light: {kind: decide, scale: rag, headline: true, rows: [{when: {scor: "> 1"}, then: green}], otherwise: red}
      last: {kind: constant, valeu: 3, value: 3}
    """
    assert problems_of(test_seven_mistakes_are_found_in_one_run.__doc__) == [
        '2:31 unknown-key: "color" is not known here. Did you mean "colour"?',
        '3:24 wrong-type: "twelve" is not a number. Write digits with a point.',
        '5:17 wrong-type: "percentage" is not known here. Did you mean "percent"?',
        '7:28 unknown-name: There is no item "wait". Did you mean "waits"?',
        '8:60 unknown-key: "at_leest" is not known here. Did you mean "at_least"?',
        '10:68 unknown-name: There is no item "scor". Did you mean "score"?',
        '11:26 unknown-key: "valeu" is not known in constant. Did you mean "value"?',
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "rules.yaml: The rule file is empty. Start it with id: and title:."),
        ("# only this\n", "rules.yaml: The rule file is empty. Start it with id: and title:."),
        ("- a\n", "rules.yaml:1:1: A rule file is keys with values, such as id: my-method."),
        ("word\n", "rules.yaml:1:1: A rule file is keys with values, such as id: my-method."),
        (b"id: a\ntitle: \xff\n", "rules.yaml:2:1: The file is not UTF-8 here. Save it as UTF-8."),
        ("id: [\n", "rules.yaml:2:1: This is not YAML: while parsing a flow node did not find expected node content."),
    ],
)
def test_a_file_that_holds_no_rules(folder: Path, content: str | bytes, problem: str) -> None:
    (found,) = written(content)
    assert found.startswith(problem)


def test_a_file_that_cannot_be_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def codes() -> list[str]:
        return [problem.code for problem in read_methodology(Path("rules.yaml"))[1]]

    assert codes() == ["no-such-file"]
    Path("rules.yaml").mkdir()
    assert codes() == ["is-a-folder"]

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert codes() == ["no-permission"]


def test_a_byte_order_mark_is_no_fault(folder: Path) -> None:
    assert written(b"\xef\xbb\xbf" + SMALL.format(id="rules").encode()) == []


def test_the_id_is_the_name_of_the_file(folder: Path) -> None:
    (problem,) = written(SMALL.format(id="other"))
    assert problem == (
        'rules.yaml:1:1: The id "other" is not the name of the file. Name the file other.yaml, or write id: rules.'
    )


def test_a_sound_file_is_loaded_with_its_digest_and_its_name(folder: Path) -> None:
    written(SMALL.format(id="rules"))
    methodology = load_methodology("rules.yaml")
    assert (methodology.id, methodology.files) == ("rules", ("rules.yaml",))
    assert len(methodology.digest) == 64
    assert methodology.status == "unsourced"


def test_a_faulty_file_is_refused_with_all_its_problems(folder: Path) -> None:
    written("id: rules\n")
    with pytest.raises(Refused) as refused:
        load_methodology(Path("rules.yaml"))
    assert [problem.message for problem in refused.value.problems] == [
        '"title" must be given here.',
        '"inputs" must be given here.',
        '"ratings" must be given here.',
    ]


def test_a_path_is_shown_from_the_working_folder_or_by_its_end(folder: Path) -> None:
    assert shown_path(folder / "a" / "b.yaml") == "a/b.yaml"
    assert shown_path(Path("/elsewhere/far/away/b.yaml")) == "away/b.yaml"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("measure: {}", '1:1 unknown-key: "measure" is not known here. Did you mean "measures"?'),
        ("add: {}", "1:1 unknown-key: add: goes with extends:. Name the edition that this one changes."),
        ("title: [a]", "1:8 wrong-type: A single value is wanted here, not a list."),
        ("id: 2x", '1:5 wrong-type: "2x" cannot be a name: a name is letters from a to z, digits, _, - and ., a letter first. Choose another.'),
        ("id: family", '1:5 wrong-type: "family" cannot be a name: it means something already. Choose another.'),
        ("status: published", '1:9 wrong-type: The status "published" is not declared; it follows from the figures. Remove it, or write illustrative.'),
        ("caveats: {a: b}", "1:10 wrong-type: A list is wanted here, such as [a, b]."),
        ("scales: [a]", "1:9 wrong-type: Keys with values are wanted here, such as {key: value}."),
        ("scales: {s: []}", "1:13 wrong-type: The scale s has no levels. List them, best first."),
        ("scales: {s: [{word: a}]}", '1:14 missing-key: "level" must be given here. Add level:.'),
        ("scales: {s: [{level: a, colour: pink}]}", '1:33 wrong-type: "pink" is not known here. Use green, light green, amber, orange, red, blue or grey.'),
        ("scales: {s: [{level: a}, {level: a}]}", '1:13 duplicate-name: "a" stands for two levels of s. Rename one.'),
        ("scales: {s: [{level: a}, {level: b, aliases: [a]}]}", '1:13 duplicate-name: "a" stands for two levels of s. Rename one.'),
        ("scales: {yes/no: [{level: a}]}", '1:10 duplicate-name: The scale "yes/no" is always there. Choose another.'),
        ("figures: {2: {value: 1, basis: stated}}", '1:14 wrong-type: "2" cannot be a name: a name is letters from a to z, digits, _, - and ., a letter first. Choose another.'),
        ("figures: {f: {value: 1}}", '1:14 missing-key: "basis" must be given here. Add basis: with stated, inferred or assumed.'),
        ("figures: {f: {value: 1, basis: stated, source: x}}", '1:48 unknown-name: There is no source "x". Define it under sources.'),
        ("sources: {s: {url: x}}", '1:14 missing-key: "title" must be given here. Add title:.'),
        ("reading: {sheets: x}", '1:11 unknown-key: "sheets" is not known here. Did you mean "sheet"?'),
        ("reading: {long: {value: x}}", '1:17 missing-key: "indicator" must be given here. Add indicator:.'),
        ("reading: {header_row: x}", '1:23 wrong-type: "x" is not a whole number.'),
        ("populations: {everyone: {when: {spare: 1}, missing: fails}}", '1:15 wrong-type: "everyone" cannot be a name: it means something already. Choose another.'),
        ("populations: {p: {because: x}}", '1:18 missing-key: "when" must be given here. Add when:.'),
        ("families: [a]", "1:11 wrong-type: Keys with values are wanted here, such as {key: value}."),
        ("families: {f: {a: [1]}}", "1:15 missing-key: A family is a list of members, or a table with columns:. Add columns: [...], or name them in each member."),
        ("families: {f: {columns: [x, y], a: [1]}}", '1:36 wrong-type: "a" has 1 entry for 2 columns. The columns are x, y.'),
        ("families: {f: [a, a]}", '1:19 duplicate-name: "a" is listed twice. Remove one of them.'),
        ("families: {f: a}", "1:15 wrong-type: Keys with values are wanted here, such as {key: value}."),
        ("inputs: {a: {type: level}}", "1:13 missing-key: A level is of a scale, and nothing else has one. Add scale:."),
        ("inputs: {a: {type: text, scale: yes/no}}", "1:13 missing-key: A level is of a scale, and nothing else has one. Remove scale:, or say type: level."),
        ("inputs: {a: {type: text, column: b2}}", '1:13 wrong-type: "b2" is not the letters of a column. Such as Q or AB.'),
        ("inputs: {a: {type: number, valid: high}}", '1:35 wrong-type: "high" is not a range. Write 0..100, ">= 0" or "<= 1".'),
        ("inputs: {a: {type: number, valid: 9..1}}", '1:35 wrong-type: "9..1" is not a range. Write 0..100, ">= 0" or "<= 1".'),
        ("inputs: {a: {type: number, valid: '>= x'}}", '1:35 wrong-type: ">= x" is not a range. Write 0..100, ">= 0" or "<= 1".'),
        ("inputs: {each: {type: number}}", '1:16 wrong-type: "each" cannot be a name: it means something already. Choose another.'),
        ("inputs: {a: {type: number, id: b}}", "1:28 unknown-key: id: goes with each:; an item's id is its key. Remove it."),
        ("measures: {spare: {kind: constant, value: 1}}", '1:19 duplicate-name: "spare" is defined twice, first on line 4. Rename one of them.'),
        ("measures: {x: {each: f, kind: constant, value: 1}}", '1:22 unknown-name: There is no family "f". Define it under families.'),
        ("measures: {x: {each: {family: f}, kind: constant, value: 1}}", "1:22 wrong-type: each: names a family, or a column of one. {family: domains, column: members}"),
        ("measures: a", "1:11 wrong-type: Keys with values are wanted here, such as {key: value}."),
        ("ratings: {}", "1:1 no-headline: No rating is the headline. Add headline: true to the one people speak of."),
    ],
)  # fmt: skip
def test_a_section_that_cannot_be_read(text: str, problem: str) -> None:
    assert problem in problems_of(text)
    assert len(problems_of(text)) == 1


def test_a_column_that_the_family_lacks_is_named_where_it_is_asked_for() -> None:
    rules = "families: {f: {columns: [x], a: [1]}}\nmeasures: {m: {each: f, kind: constant, value: {column: y}}}"
    assert problems_of(rules) == ['2:57 unknown-name: The family has no column "y". Its columns are member or x.']


def test_a_faulty_scale_or_figure_is_one_problem_however_often_it_is_used() -> None:
    rules = """
    scales: {rag: {green: x}}
    figures: {cut: {value: x, basis: stated}}
    inputs: {l: {type: level, scale: rag}, n: {type: number}, s: {type: level, scale: rga}}
    measures:
      a: {kind: decide, scale: rag, rows: [{when: {l: green}, then: green, missing: fails}], otherwise: red}
      b: {kind: count, of: [n], at: ">= cut"}
      c: {kind: count, of: [s], at: green}
    """
    assert [problem.split()[0] for problem in problems_of(rules)] == ["2:15", "3:24", "4:83"]


def test_circles_are_named_whole_and_each_once() -> None:
    rules = """
    measures:
      a: {kind: sum, of: [b]}
      b: {kind: sum, of: [c, e]}
      c: {kind: sum, of: [a]}
      d: {kind: sum, of: [d]}
      e: {kind: constant, value: 1}
    """
    assert [problem for problem in problems_of(rules) if "cycle" in problem] == [
        "3:6 cycle: These items depend on each other: a -> b -> c -> a. Break the circle.",
        "6:6 cycle: These items depend on each other: d -> d. Break the circle.",
    ]


def test_a_circle_through_a_population_is_one_too() -> None:
    rules = """
    inputs: {a: {type: number, polarity: higher}}
    populations: {kept: {when: {x: 1}, missing: fails}}
    measures: {x: {kind: rank-spread, of: a, best: 1, worst: 2, over: kept}}
    """
    assert any("x -> x" in problem for problem in problems_of(rules))


def test_a_chain_of_items_may_be_long() -> None:
    links = "\n".join(f"  m{n}: {{kind: sum, of: [m{n + 1}]}}" for n in range(3000))
    methodology = method(f"measures:\n{links}\n  m3000: {{kind: constant, value: 7}}")
    assert methodology.order[0] == "m3000"
    assert results(rate(methodology, only=["m0"]), "m0") == ["7"]


def test_a_condition_must_say_what_a_missing_item_means() -> None:
    rules = """
    scales: {rag: [{level: green}, {level: red}]}
    inputs: {a: {type: number}, sure: {type: number, required: true}, marked: {type: number, required: true, markers: {"-": none}}}
    populations: {kept: {when: {a: 1}}}
    measures:
      table: {kind: decide, rows: [{when: {a: 1}, then: 1}, {when: {sure: 1}, then: 2}, {when: {marked: 1}, then: 3}], otherwise: 4}
      covered: {kind: decide, rows: [{when: {a: 1}, then: 1}, {when: {a: missing}, then: 2}], otherwise: 4}
      said: {kind: decide, rows: [{when: {a: 1}, then: 1, missing: holds}], otherwise: 4}
      gated: {kind: sum, of: [sure], only_when: {when: {a: 1}, because: so}}
      after: {kind: decide, rows: [{when: {gated: 1}, then: 1}], otherwise: 2}
      held: {kind: level, scale: rag, of: colour, limits: [{at_best: red, when: {a: 1}, because: so}]}
      colour: {kind: decide, scale: rag, rows: [{when: {sure: 1}, then: green}], otherwise: red}
    """
    assert [problem.split(" (")[0] for problem in problems_of(rules)] == [
        '4:28 missing-not-covered: "a" may be missing',
        '6:39 missing-not-covered: "a" may be missing',
        '6:92 missing-not-covered: "marked" may be missing',
        '9:52 missing-not-covered: "a" may be missing',
        '10:39 missing-not-covered: "gated" may be missing',
        '11:77 missing-not-covered: "a" may be missing',
    ]


def test_limits_are_of_levels_and_one_thing_each() -> None:
    rules = """
    scales: {rag: [{level: green}, {level: red}]}
    inputs: {a: {type: number, required: true}}
    measures:
      x: {kind: decide, scale: rag, rows: [{when: {a: 1}, then: green}], otherwise: red, limits: [{when: {a: 1}, because: so}]}
      y: {kind: sum, of: [a], limits: [{step: down, when: {a: 1}, because: so}]}
      z: {kind: decide, scale: rag, round: 1, rows: [{when: {a: 1}, then: green}], otherwise: red}
      v: {kind: quantile-bands, of: a, over: everyone, polarity: higher, definition: linear, levels: []}
    """
    assert problems_of(rules) == [
        "5:95 missing-key: A limit is one of at_best, at_worst or step. Give one.",
        '6:6 missing-key: "y" has limits and no scale:. Add scale:.',
        "7:6 wrong-type: A level cannot be rounded. Round what it is made from.",
        "8:6 missing-key: A quantile-bands gives levels. Add scale:.",
        "8:6 thresholds: Bands give best: and end with otherwise. {level: green, best: 0.25}, ...",
    ]


def test_items_are_made_for_each_member_of_a_family() -> None:
    methodology = method("""
    families:
      domains:
        columns: [parts, score, weight]
        access: [[a, b], OF1, 25]
        people: [[c], OF2, 75]
    inputs: {part: {each: {family: domains, column: parts}, id: {column: member}, type: number}}
    measures:
      mean: {each: domains, kind: mean, of: {column: parts}}
      score: {each: domains, id: {column: score}, kind: sum, of: mean}
      all: {kind: weighted-mean, of: {item: score, each: domains, weights: weight}}
    """)
    assert list(methodology.inputs) == ["a", "b", "c"]
    assert list(methodology.items) == ["mean.access", "mean.people", "OF1", "OF2", "all", "spare_rating"]
    assert methodology.items["OF2"].reads() == ("mean.people",)
    assert methodology.families["domains"].columns == ("parts", "score", "weight")
    assert results(rate(methodology, a="1", b="2", c="4"), "all") == ["3.375"]


def test_an_empty_section_is_none() -> None:
    assert problems_of("scales:\nfigures:\nmeasures:\nfamilies:\nreading:\n") == []


def test_what_the_head_says_is_kept() -> None:
    methodology = method("""
    publisher: Somebody
    period: 2025/26
    summary: In short.
    status: illustrative
    caveats: Take care.
    sources: {book: {title: A book, url: "https://example.org", note: n}}
    reading: {sheet: One, header_row: 3, code: Trust_code, name: [Trust], markers: {"-": none}, set_aside: England, long: {indicator: I, value: V, where: {Q: Q4}}}
    """)
    assert (methodology.publisher, methodology.period, methodology.summary) == ("Somebody", "2025/26", "In short.")
    assert (methodology.status, methodology.caveats) == ("illustrative", ("Take care.",))
    assert methodology.sources["book"].url == "https://example.org"
    reading = methodology.reading
    assert (reading.sheet, reading.header_row, reading.code[0], reading.name[0]) == ("One", 3, "Trust_code", "Trust")
    assert "org code" in reading.code
    assert (reading.markers, reading.set_aside) == ((("-", "none"),), ("England",))
    assert reading.long is not None
    assert reading.long.where == (("Q", "Q4"),)


@pytest.mark.parametrize(
    ("bases", "status"),
    [(["stated"], "published"), (["stated", "inferred"], "inferred"), (["assumed", "inferred"], "reconstruction")],
)
def test_the_status_is_that_of_the_weakest_figure(bases: list[str], status: str) -> None:
    figures = ", ".join(f"f{n}: {{value: 1, basis: {basis}, source: manual}}" for n, basis in enumerate(bases))
    methodology = method(f"figures: {{{figures}}}\nsources: {{manual: {{title: Manual}}}}")
    assert methodology.status == (
        "reconstruction" if status == "reconstruction" else "unsourced"
    )  # its levels are bare
    items = {id_: replace(item, source=SourceName("manual")) for id_, item in methodology.items.items()}
    assert replace(methodology, items=items).status == status


def test_a_figure_is_set_for_one_run_and_that_is_kept() -> None:
    rules = "figures: {cut: {value: 12, basis: assumed}}\nmeasures: {x: {kind: constant, value: cut}}"
    methodology = method(rules, {"cut": "10"})
    assert results(rate(methodology), "x") == ["10"]
    assert methodology.settings == {"cut": Decimal(10)}
    assert methodology.figures["cut"].set_from == 12


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"cutt": "1"}, '--set cutt=1 unknown-figure: The methodology has no figure "cutt". Did you mean "cut"?'),
        ({"zz": "1"}, '--set zz=1 unknown-figure: The methodology has no figure "zz". Its figures are cut.'),
        ({"cut": "x"}, '--set cut=x bad-setting: "x" is not a number that can be used. Write digits, such as cut=12.'),
        ({"cut": "1e99"}, '--set cut=1e99 bad-setting: "1e99" is not a number that can be used. Write digits, such as cut=12.'),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be(settings: dict[str, str], problem: str) -> None:
    assert problems_of("figures: {cut: {value: 12, basis: assumed}}", settings) == [problem]


def test_a_setting_of_a_file_without_figures() -> None:
    assert problems_of("", {"a": "1"}) == [
        '--set a=1 unknown-figure: The methodology has no figure "a". It names no figures.'
    ]


def test_thresholds_that_a_setting_puts_out_of_order_are_a_problem() -> None:
    rules = """
    figures: {good: {value: 2, basis: stated}}
    inputs: {a: {type: number}}
    measures: {x: {kind: thresholds, of: a, scores: [{score: 1, at_least: good}, {score: 2, at_least: 1}, {score: 3, otherwise: true}]}}
    """
    assert problems_of(rules) == []
    assert problems_of(rules, {"good": "1"}) == [
        (
            "4:78 thresholds: This row can never hold: whatever is at least 1 is at least 1 (good) already. "
            "Order the rows from the hardest bound to the easiest."
        )
    ]


def test_the_text_of_a_test_is_completed_behind_its_end() -> None:
    assert whole("id: a\ntitle: b").splitlines()[:2] == ["id: a", "title: b"]


def test_a_file_far_too_large_for_rules_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_bytes(b"#" * 6_000_000)
    methodology, [problem] = loading.read_methodology(tmp_path / "large.yaml")
    assert methodology is None
    assert (problem.code, problem.message) == (
        "unsafe-file", "The file has 6 MB, and no rule file comes near the 5 MB that are read."
    )  # fmt: skip
