"""The manual of a kind, read from its docstring: what people, editors and the page on the language are told of it.

A docstring begins with a sentence and what more there is to say, and goes on in parts that begin with a word and a
colon at the margin: `Fields:` (each key with its sentence), `Example:` (a doctest), `Unit:`, `Refused:`, `Source:` and
`Section:` (of the page on the language, which gives the order). Where a class says nothing of one of its fields, what
the nearest class above it says holds; so what many kinds share is said once. Records that stand in a field, such as
the rows of thresholds, say `Fields:` of their own.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.kinds import KINDS
from nhsrate.language.numbers import Number
from nhsrate.language.records import hints_of, record_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.kinds.rule import Gives

PARTS = ("Fields", "Example", "Unit", "Refused", "Source", "Section")
"""What the parts of a docstring begin with."""

_PART = pattern(rf"^({'|'.join(PARTS)}):(?: |$)", re.MULTILINE)
_FIELD = pattern(r"^ {4}(\w+): ", re.MULTILINE)


@frozen
class Field:
    """A key of a kind or record: what it means, whether it is needed or what holds without it, and the keys within."""

    key: str
    means: str
    needed: bool
    default: str
    within: tuple[Field, ...]


@frozen
class Example:
    """Items as they stand in a rule file, and what becomes of a few values under them.

    `levels` are those of the scale called `levels`, best first; `better` says which end of every input is better;
    `before` is what the first of them was in the period before.
    """

    rules: tuple[str, ...]
    levels: str
    better: str
    before: str
    shows: str


@frozen
class KindManual:
    """All that is said of a kind: paragraphs of `meaning` follow the first sentence, the `summary`.

    `alone` and `monotone` are those of `kinds.rule.Rule`.
    """

    kind: str
    section: str
    summary: str
    meaning: tuple[str, ...]
    gives: Gives
    alone: bool
    monotone: tuple[str, ...]
    fields: tuple[Field, ...]
    example: Example
    unit: str
    refused: str
    source: str


def kind_manuals() -> list[KindManual]:
    """The manuals of all kinds, in the order of the page on the language."""
    found = [kind_manual(kind) for kind in KINDS]
    return sorted(found, key=lambda manual: [int(number) for number in manual.section.split(".")])


def kind_manual(kind: str) -> KindManual:
    """The manual of a kind; raises `KeyError` where there is none of that name."""
    cls = KINDS[kind]
    parts = docstring_parts(cls)
    return KindManual(
        kind,
        _line(parts["Section"]),
        kind_summary(kind),
        tuple(_line(paragraph) for paragraph in parts[""].split("\n\n")[1:]),
        cls.gives,
        cls.alone,
        cls.monotone,
        record_fields(cls),
        _example(parts["Example"]),
        *(_line(parts[part]) for part in ("Unit", "Refused", "Source")),
    )


def kind_summary(kind: str) -> str:
    """The first sentence of the manual of a kind."""
    return _line(docstring_parts(KINDS[kind])[""].split("\n\n")[0])


@cache
def docstring_parts(cls: type) -> Mapping[str, str]:
    """The parts of a docstring by the word they begin with; what stands before them by none."""
    begin, *rest = _PART.split(inspect.cleandoc(cls.__doc__ or ""))
    return {"": begin.strip(), **dict.fromkeys(PARTS, ""), **dict(zip(rest[::2], rest[1::2], strict=True))}


def field_sentences(cls: type) -> dict[str, str]:
    """What a record says of each of its keys: a class itself, or the nearest above it that does."""
    said: dict[str, str] = {}
    for above in reversed(cls.__mro__[:-1]):
        _, *fields = _FIELD.split(docstring_parts(above)["Fields"])
        said |= {key: _line(text) for key, text in zip(fields[::2], fields[1::2], strict=True)}
    return said


@cache
def record_fields(cls: type) -> tuple[Field, ...]:
    """The keys of a kind or record, in the order in which they are declared; each with what is said of it.

    The keys within one are those of its records; they are told once, where two keys hold records of the same sort.
    """
    said, told, fields = field_sentences(cls), set(), []
    for key, field in record_keys(cls).items():
        inner = _record(hints_of(cls)[field.name])
        within = record_fields(inner) if inner and inner not in told and field_sentences(inner) else ()
        told.add(inner)
        default = field.default
        stated = str(default) if isinstance(default, str | int | Number) and default is not False else ""
        fields.append(Field(key, said.get(key, ""), default is dataclasses.MISSING, stated, within))
    return tuple(fields)


def _record(hint: Any) -> type | None:  # noqa: ANN401 (annotations are not typed)
    """The record that a key holds, or each part of what it holds; none where that has a form of its own."""
    inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
    return inner if isinstance(inner, type) and dataclasses.is_dataclass(inner) and is_plain(inner) else None


def is_plain(record: type) -> bool:
    """Whether a record stands in a rule file as its keys, and in no form of its own."""
    return not hasattr(record, "from_node") and record is not Number


def _example(part: str) -> Example:
    """The example of a docstring: the call of its doctest and what it prints."""
    lines = inspect.cleandoc(part).splitlines()
    code = [line for line in lines if line.startswith((">>> ", "... "))]
    call = ast.parse("\n".join(line[4:] for line in code)).body[0]
    assert isinstance(call, ast.Expr)  # noqa: S101 (held by the tests of every docstring)
    assert isinstance(call.value, ast.Call)  # noqa: S101 (as above)
    named = {word.arg: ast.literal_eval(word.value) for word in call.value.keywords}
    rules = tuple(ast.literal_eval(rule) for rule in call.value.args)
    levels, better, before = (named.get(word, "") for word in ("levels", "better", "before"))
    return Example(rules, levels, better, before, "\n".join(lines[len(code) :]).rstrip())


def _line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())
