"""What the examples in docstrings call: a few values rated under a few rules."""

from __future__ import annotations

from tests.support.rules import method, rate, results

from nhsrate.core.numbers import plain_number
from nhsrate.core.problems import Refused


def rated(*rules: str, levels: str = "", better: str = "", before: str = "", **columns: str) -> None:
    """Print the columns of words, and what these measures make of them; `-` is missing.

    A column of numbers is an input of numbers, one of levels or of yes and no gives these, any other gives texts.
    `levels` are those of a scale called `levels`, best first; `better` is the polarity of every input of numbers.
    `before` is what the first of the columns was in the period before.
    """
    lines = ["inputs:", *(f"  {id_}: {{{entry(words, levels, better)}}}" for id_, words in columns.items())]
    if levels:
        lines = [f"scales: {{levels: [{', '.join(f'{{level: {level}}}' for level in levels.split())}]}}", *lines]
    text = "\n".join([*lines, "measures:", *(f"  {rule}" for rule in rules)])
    try:
        assessment = rate(method(text), before={next(iter(columns)): before} if before else None, **columns)  # type: ignore[arg-type]
    except Refused as refused:
        print(*(f"{problem.code}: {problem.message}" for problem in refused.problems), sep="\n")  # noqa: T201 (a doctest compares what is printed)
        return
    made = {id_: results(assessment, id_) for id_ in (rule.partition(":")[0] for rule in rules)}
    table = [[id_, *cells] for id_, cells in ({id_: words.split() for id_, words in columns.items()} | made).items()]
    widths = [max(map(len, column)) for column in table]
    for row in zip(*table, strict=True):
        print("  ".join(map(str.ljust, row, widths)).rstrip())  # noqa: T201 (as above)


def entry(words: str, levels: str, better: str) -> str:
    """How an input of these words is declared."""
    there = {word for word in words.split() if word != "-"}
    if there <= {*levels.split()}:
        return "type: level, scale: levels"
    if there <= {"yes", "no"}:
        return "type: yes/no"
    if all(plain_number(word) is not None for word in there):
        return f"type: number, polarity: {better}" if better else "type: number"
    return "type: text"
