"""Texts that are all but the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nhsrate.core.look_alikes import plain
from nhsrate.core.slips import looks, one_letter_apart, slip_of
from nhsrate.core.texts import comparable, fold


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Q 4", "Q4"),
        ("q-4", "Q4"),
        ("Quarter 4", "Q4"),
        ("Qtr. 4", "Q4"),
        ("Q4*", "Q4"),
        ("Q4 [note 2]", "Q4"),
        ("Q4\u00b2", "Q4"),
        ("\uff314", "Q4"),
        ("2025-26", "2025/26"),
        ("2025\u201326", "2025/26"),
        ("2025 / 26", "2025/26"),
        ("2O25/26", "2025/26"),
        ("2025/2026", "2025/26"),
        ("l2 months", "12 months"),
        ("Jan-26", "January 2026"),
        ("31/01/2026", "January 2026"),
        ("\u0410cute", "Acute"),
        ("Acutes", "Acute"),
        ("Non admitted", "Non-admitted"),
        ("non\u2011admitted", "Non-admitted"),
        ("A and E", "A&E"),
        ("1000", "1,000"),
        ("(Trust)", "Trust"),
    ],
)
def test_a_slip_is_known_for_what_is_meant(text: str, wanted: str) -> None:
    """Spaces, signs, case, notes, look-alikes and other ways to write a period change nothing for a reader."""
    assert slip_of(text, ["Something else", wanted]) == (wanted, "alike")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("Comunity", "Community"), ("Communitty", "Community"), ("Trsut", "Trust"), ("Aqute", "Acute")],
)
def test_one_wrong_letter_is_near(text: str, wanted: str) -> None:
    """Too many, too few, another, or two in each other's place: near, because it may be another word."""
    assert slip_of(text, [wanted]) == (wanted, "near")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Q3", "Q4"),
        ("Q4 2024/25", "Q4 2025/26"),
        ("2024/25", "2025/26"),
        ("1-4", "14"),
        ("1.5", "15"),
        ("-1", "1"),
        ("<5", "5"),
        ("18+", "18"),
        ("Seen %", "Seen"),
        ("Male", "Female"),
        ("Part_1A", "Part_1B"),
        ("Site 11", "Site 12"),
        ("Acute", "Community"),
        ("Trust", "NHS Trust"),
        ("", "Q4"),
        ("*", "**"),
    ],
)
def test_texts_that_mean_two_things_are_no_slips(text: str, wanted: str) -> None:
    """Another number, sign, bound or word is another text."""
    assert slip_of(text, [wanted]) is None


@example(" ª", "")
@example("\x1b²", "")
@given(st.text(max_size=12), st.text(max_size=12))
def test_what_looks_alike_does_so_both_ways(one: str, other: str) -> None:
    """A text is like itself, nearness has no direction, and no text is empty to the eye that is not."""
    assert bool(looks(one)) or not fold(one) or not fold(one).isalnum()
    assert one_letter_apart(one, other) == one_letter_apart(other, one)
    assert not one_letter_apart(one, one)


WORDS = st.text("abcdefghjkmnpqrtuvwxy", min_size=6, max_size=12)


@given(WORDS, st.integers(0, 5), st.sampled_from("abcdef"))
def test_a_letter_put_in_or_taken_out_is_one_slip(word: str, at: int, letter: str) -> None:
    """One letter too many is told wherever it stands, from both sides."""
    longer = word[:at] + letter + word[at:]
    assert one_letter_apart(word, longer)
    assert one_letter_apart(longer, word)


def test_a_plain_text_stays_as_it_is() -> None:
    """Only letters that are taken for plain ones are replaced."""
    assert plain("R\u0410\u0391\uff21 \u017dofia") == "RAAA \u017dofia"


@given(st.text(max_size=20))
def test_what_is_comparable_stays_so(text: str) -> None:
    """A text that was made comparable is compared with itself."""
    assert comparable(comparable(text)) == comparable(text)
