"""Limits are raised by name, and only raised."""

from __future__ import annotations

import pytest

from nhsrate.files.limits import STANDARD, Limits, how_to_raise, parse_limits, raised


def complaint(*texts: str) -> str:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_limits(texts)
    return str(refused.value)


def test_nothing_given_is_the_standard() -> None:
    assert parse_limits([]) == STANDARD == Limits(50_000_000, 5_000, 400_000_000, 200, 25_000_000, 131_072, 16_384)
    assert raised(STANDARD) == []


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("file=200MB", Limits(file=200_000_000)),
        ("expanded = 2 gb", Limits(expanded=2_000_000_000)),
        ("expanded=1.5GB", Limits(expanded=1_500_000_000)),
        ("file=60000kB", Limits(file=60_000_000)),
        ("file=50000000", STANDARD),
        ("cells=30,000,000", Limits(cells=30_000_000)),
        ("field=6000000", Limits(field=6_000_000)),
    ],
)
def test_a_limit_is_a_number_or_a_size(text: str, limits: Limits) -> None:
    assert parse_limits([text]) == limits


def test_several_limits_are_raised_together_and_each_is_said() -> None:
    limits = parse_limits(["file=200MB", "parts=20000", "ratio=1000"])
    assert raised(limits) == [
        "The limit on the size of a file was raised from 50 MB to 200 MB for this run.",
        "The limit on the parts of a file was raised from 5,000 to 20,000 for this run.",
        "The limit on how many times its size a file may expand was raised from 200 to 1,000 for this run.",
    ]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["file"], '"file" is not NAME=VALUE, such as file=200MB.'),
        (
            ["flie=9GB"],
            'There is no limit called "flie". Did you mean "file"? The limits are file, parts, expanded, ratio, cells, field and columns.',
        ),
        (["zzz=9"], 'There is no limit called "zzz". The limits are file, '),
        (["parts=6000", "parts=7000"], "The limit parts is given twice."),
        (["file=big"], '"big" is no value for the limit file; write file=200MB.'),
        (["file="], '"" is no value for the limit file'),
        (["file=-1"], '"-1" is no value'),
        (["file=1_000MB"], "is no value"),
        (["file=٩٩MB"], "is no value"),
        (["parts=9999999999999999999"], "is no value"),
        (["parts=20MB"], "The limit parts is a whole number without a unit"),
        (["cells=30000000.5"], "The limit cells is a whole number"),
        (["file=200"], "Limits can be raised, not lowered: file=200 is less than 50 MB; write file=200MB."),
        (["parts=10"], "Limits can be raised, not lowered: parts=10 is less than 5,000; write parts=10000."),
    ],
)
def test_what_cannot_be_a_limit_is_said_with_what_can(texts: list[str], words: str) -> None:
    assert words in complaint(*texts)


@pytest.mark.parametrize(
    ("name", "needed", "said"),
    [
        ("file", 50_000_001, "file=100MB"),
        ("file", 200_000_000, "file=200MB"),
        ("file", 200_000_001, "file=500MB"),
        ("expanded", 900_000_000, "expanded=1000MB"),
        ("ratio", 201, "ratio=500"),
        ("field", 5_000_000, "field=5000000"),
    ],
)
def test_a_refusal_names_a_round_limit_that_is_enough(name: str, needed: int, said: str) -> None:
    assert how_to_raise(name, needed) == f"If you trust the file, raise the limit: --limit {said}."
    assert raised(parse_limits([said]))
