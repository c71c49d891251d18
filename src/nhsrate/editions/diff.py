"""`nhsrate diff`: what two editions say differently; their decoded records are compared, by id, not their texts."""

from __future__ import annotations

import dataclasses
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal

from nhsrate.core.cells import YES_NO, Level
from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, LineLocation
from nhsrate.core.texts import listed, tidy
from nhsrate.editions.text import groups_said, paragraph, percent
from nhsrate.editions.words import Wording, field_words, figure_users, keyed, named_items, shown_fields, singular
from nhsrate.engine.weights import weighing
from nhsrate.language.records import hints_of
from nhsrate.language.values import Ref, Refs
from nhsrate.reports.csv_json import json_text
from nhsrate.reports.league import escaped
from nhsrate.reports.summary import counted
from nhsrate.rules.support import Peers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.rules.model import Methodology


LONG = 80
"""How many letters two texts may have together before they are set apart by quotation marks."""
RANGE = pattern(r"\b(from|to)\b")
"""Words that would make a sentence of two texts hard to read."""
HEAD = ("title", "publisher", "period", "status", "summary", "rates", "order")


@frozen
class Change:
    """One thing that is not as it was; nothing before is new, nothing after is gone."""

    what: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.what}: now {self.after}"
        if self.after is None:
            return f"{self.what}: no longer {self.before}"
        if len(self.before) + len(self.after) > LONG or RANGE.search(f"{self.before} {self.after}"):
            return f'{self.what}: it was "{self.before}"; it is "{self.after}"'
        return f"{self.what}: from {self.before} to {self.after}"


@frozen
class Entry:
    """Things of one section that came in, went out or changed alike: their ids, what they are called, and how.

    One that `follows` has no title of its own and goes with what it is made of.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    how: Literal["in", "out", "changed"]
    changes: tuple[Change, ...] = ()
    follows: bool = False


@frozen
class EditionDiff:
    """Two editions, and by section what is not the same in both; a section without differences is left out."""

    old: Methodology
    new: Methodology
    sections: dict[str, tuple[Entry, ...]]


def edition_diff(old: Methodology, new: Methodology) -> EditionDiff:
    """What a newer edition says differently from an older one."""
    pair = _Pair(Wording(old), Wording(new))
    items = {
        section: tuple({id_: item for id_, item in one.items.items() if item.section == section} for one in (old, new))
        for section in ("measures", "ratings")
    }
    scales = [{id_: scale for id_, scale in one.scales.items() if scale is not YES_NO} for one in (old, new)]
    about = tuple(pair.change(name, _of_head(old, name), _of_head(new, name)) for name in HEAD)
    found = {
        "About": _entry_of("edition", "The edition", [change for change in about if change]),
        "Indicators": pair.named(old.inputs, new.inputs),
        "Measures": pair.named(*items["measures"]),
        "Ratings": pair.named(*items["ratings"]),
        "Scales": pair.named(scales[0], scales[1]),
        "Figures": pair.figures(old.figures, new.figures),
        "Groups": _entry_of("groups", "Groups", pair.rows("kind", *(groups_said(one) for one in (old, new)))),
        "Populations": pair.named(old.populations, new.populations),
        "Reading": _entry_of("reading", "How a return is read", pair.record(old.reading, new.reading)),
        "Peers": _entry_of("peers", "Who is like whom", pair.record(old.peers or Peers(), new.peers or Peers())),
        "Sources": pair.named(old.sources, new.sources),
        "Caveats": _entry_of("caveats", "Caveats", pair.rows("caveat", old.caveats, new.caveats)),
        "What each indicator decides": decided(pair),
    }
    return EditionDiff(old, new, {section: tuple(entries) for section, entries in found.items() if entries})


def _of_head(edition: Methodology, name: str) -> str:
    """What an edition says of itself."""
    if name == "order":
        return "as the return" if edition.in_order_of_return else "best first"
    return edition.rates.many if name == "rates" else str(getattr(edition, name))


def _entry_of(id_: str, name: str, changes: list[Change]) -> list[Entry]:
    return [Entry((id_,), (name,), "changed", tuple(changes))] if changes else []


def decided(pair: _Pair) -> list[Entry]:
    """The headline ratings of both, in their order, with the indicators whose part in them is not the same."""
    entries = []
    for before, after in zip(pair.old.edition.headlines, pair.new.edition.headlines, strict=False):
        ends = weighing(pair.old.edition, before.id).ends, weighing(pair.new.edition, after.id).ends
        moved: dict[tuple[str | None, str | None], list[str]] = {}
        for ids in dict.fromkeys([*ends[0], *ends[1]]):
            told = tuple(None if (part := one.get(ids)) is None else percent(part) for one in ends)
            if told[0] != told[1]:
                telling = pair.old if ids in ends[0] else pair.new
                moved.setdefault((told[0], told[1]), []).append(" with ".join(telling.name(id_) for id_ in ids))
        changes = [Change("; ".join(names), *told) for told, names in moved.items()]
        entries += _entry_of(after.id, pair.new.name(after.id), changes)
    return entries


@frozen
class _Pair:
    """How the two editions tell what they say."""

    old: Wording
    new: Wording

    def change(self, what: str, before: Any, after: Any) -> Change | None:  # noqa: ANN401 (whatever a record holds)
        """A value that is not the same, told in words; a figure is the same where its name is."""
        if self.old.meaning(before) == self.new.meaning(after):
            return None
        return Change(field_words(what), self.old.said(before) or None, self.new.said(after) or None)

    def named(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Entry]:
        """Things with an id: those that are in only one of the two, and those that changed, alike ones together."""
        entries = [_entry(self.new, new[id_], "in") for id_ in new if id_ not in old]
        entries += [_entry(self.old, old[id_], "out") for id_ in old if id_ not in new]
        alike: dict[tuple[Change, ...], list[str]] = {}
        for id_ in new:
            if id_ in old and (changes := self.thing(old[id_], new[id_])):
                alike.setdefault(tuple(changes), []).append(id_)
        return entries + [
            Entry(tuple(ids), tuple(self.new.thing(new[id_]) for id_ in ids), "changed", changes)
            for changes, ids in alike.items()
        ]

    def thing(self, old: Any, new: Any) -> list[Change]:  # noqa: ANN401 (an input, an item, a scale, ...)
        """What changed in one thing; where a rule is of another kind, what it was and what it is now."""
        if not hasattr(old, "rule"):
            return self.record(old, new)
        if old.rule.kind == new.rule.kind:
            changes = self.record(old.rule, new.rule)
        else:
            changes = [Change("how it comes about", self.old.rule(old.rule), self.new.rule(new.rule))]
        return changes + self.record(old, new)

    def record(self, old: Any, new: Any) -> list[Change]:  # noqa: ANN401 (any record)
        """What changed in the fields of a record, save for its place and what stands elsewhere."""
        changes = []
        for name in shown_fields(old):
            before, after = (named_items(one, name) for one in (old, new))
            if hints_of(type(old)).get(name) is Ref:
                change = self.change(name, before, after)
                changes += [change] if change else []
            else:
                changes += self.field(name, before, after)
        return changes

    def field(self, name: str, before: Any, after: Any) -> list[Change]:  # noqa: ANN401 (whatever a record holds)
        """What changed in one field: entry by entry where it holds several."""
        if isinstance(before, Refs) and isinstance(after, Refs):
            return self.refs(before, after)
        old, new = keyed(before), keyed(after)
        if old is not None and new is not None:
            found = [self.entry(key, old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new])]
            changes = [change for change in found if change]
            order = [", ".join(key for key in one if key in old and key in new) for one in (old, new)]
            return changes + ([Change(f"order of {field_words(name)}", *order)] if order[0] != order[1] else [])
        if isinstance(before, tuple) and isinstance(after, tuple) and _holds_records((*before, *after)):
            return self.rows(singular(name), before, after)
        change = self.change(name, before, after)
        return [change] if change else []

    def entry(self, key: str, before: Any, after: Any) -> Change | None:  # noqa: ANN401 (as above)
        """An entry of a table, which may stand in one of the two only."""
        if before is None or after is None:
            told = [
                None if value is None else telling.said(value) or "there"
                for telling, value in ((self.old, before), (self.new, after))
            ]
            return Change(key, told[0], told[1])
        return self.change(key, before, after)

    def refs(self, old: Refs, new: Refs) -> list[Change]:
        """Items that came or went, and weights that moved."""
        before, after = dict(old.pairs()), dict(new.pairs())
        orders = [[id_ for id_ in one if id_ in before and id_ in after] for one in (before, after)]
        gone = ", ".join(self.old.part(id_, weight) for id_, weight in before.items() if id_ not in after)
        come = ", ".join(self.new.part(id_, weight) for id_, weight in after.items() if id_ not in before)
        weights = [
            self.change(f"weight of {self.new.name(id_)}", before[id_], after[id_]) for id_ in before if id_ in after
        ]
        parts = [Change("made of", gone, None)] if gone else []
        parts += [Change("made of", None, come)] if come else []
        if orders[0] != orders[1]:
            parts.append(Change("order of what it is made of", *(", ".join(map(self.new.name, one)) for one in orders)))
        numbers = self.change("numbers among what it is made of", old.numbers or None, new.numbers or None)
        return [*parts, *(change for change in (*weights, numbers) if change)]

    def rows(self, what: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> list[Change]:
        """Rows in an order: those that changed in their place, went or came."""
        matcher = SequenceMatcher(
            None, [self.old.meaning(row) for row in old], [self.new.meaning(row) for row in new], autojunk=False
        )
        changes = []
        for how, a, b, c, d in matcher.get_opcodes():
            if how == "equal":
                continue
            before = [self.old.said(row) for row in old[a:b]]
            after = [self.new.said(row) for row in new[c:d]]
            for n in range(max(len(before), len(after))):
                told = before[n] if n < len(before) else None, after[n] if n < len(after) else None
                number = a + n + 1 if told[0] is not None else c + n + 1
                changes.append(Change(f"{what} {number}", *told))
        return changes

    def figures(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Entry]:
        """Named figures; one that changed with what uses it."""
        users = figure_users(self.new.edition)

        def told(entry: Entry) -> Entry:
            names = tuple(f"{id_}{used(users.get(id_, []))}" for id_ in entry.ids)
            return dataclasses.replace(entry, names=names) if entry.how == "changed" else entry

        return [told(entry) for entry in self.named(old, new)]


def _entry(telling: Wording, thing: Any, how: Literal["in", "out"]) -> Entry:  # noqa: ANN401 (an input, an item, ...)
    id_: str = getattr(thing, "id", None) or thing.name
    return Entry((id_,), (telling.thing(thing),), how, (), hasattr(thing, "rule") and not thing.title)


def used(items: list[str]) -> str:
    """The items that use a figure, in brackets, the first few of them."""
    more = f" and {len(items) - 3} more" if len(items) > 3 else ""
    return f" (in {', '.join(items[:3])}{more})" if items else ""


def _holds_records(values: tuple[Any, ...]) -> bool:
    return any(
        dataclasses.is_dataclass(value) and not isinstance(value, Level | LineLocation | CellLocation)
        for value in values
    )


FEW = 5
"""How many of the things that changed alike are named before the rest is counted."""
COUNTED = ("Indicators", "Measures", "Ratings", "Scales", "Figures")


def diff_text(diff: EditionDiff) -> str:
    """What is different, section by section, in plain words."""
    lines = [*paragraph(f"From {told(diff.old)}", 0), *paragraph(f"to {told(diff.new)}", 0)]
    lines += ["", *paragraph(in_short(diff), 0, 0)]
    for section, entries in diff.sections.items():
        lines += ["", section]
        for word, names in in_and_out(entries):
            lines += paragraph(f"{word}: {'; '.join(names)}", 2)
        for entry in changed(entries):
            lines += paragraph(listed(list(entry.names), FEW), 2)
            lines += [line for change in entry.changes for line in paragraph(str(change), 4)]
    return "\n".join(lines) + "\n"


def diff_markdown(diff: EditionDiff) -> str:
    """The same in Markdown."""
    lines = [f"# From {escaped(told(diff.old))} to {escaped(told(diff.new))}", "", escaped(in_short(diff))]
    for section, entries in diff.sections.items():
        lines += ["", f"## {escaped(section)}", ""]
        for word, names in in_and_out(entries):
            lines += [f"- {word}:", *(f"  - {escaped(name)}" for name in names)]
        for entry in changed(entries):
            lines.append(f"- {escaped(listed(list(entry.names), FEW))}")
            lines += [f"  - {escaped(tidy(str(change)))}" for change in entry.changes]
    return "\n".join(lines) + "\n"


def diff_json(diff: EditionDiff) -> str:
    """The same as plain values, with every id."""
    return json_text(
        {
            "old": {"id": diff.old.id, "title": diff.old.title, "digest": diff.old.digest},
            "new": {"id": diff.new.id, "title": diff.new.title, "digest": diff.new.digest},
            "same": not diff.sections,
            "sections": {
                section: [
                    {
                        "how": entry.how,
                        "ids": list(entry.ids),
                        "names": list(entry.names),
                        "changes": [
                            {"what": change.what, "before": change.before, "after": change.after, "said": str(change)}
                            for change in entry.changes
                        ],
                    }
                    for entry in entries
                ]
                for section, entries in diff.sections.items()
            },
        }
    )


def told(methodology: Methodology) -> str:
    """An edition by its title and id."""
    return f"{tidy(methodology.title)} ({methodology.id})"


def in_short(diff: EditionDiff) -> str:
    """How many things came, went and changed."""
    if not diff.sections:
        return "The two say the same."
    said = []
    for section in COUNTED:
        entries = diff.sections.get(section, ())
        counts = {how: sum(len(entry.ids) for entry in entries if entry.how == how) for how in ("in", "out", "changed")}
        words = [f"{number} {how}" for how, number in counts.items() if number]
        said += [f"{section}: {', '.join(words)}."] if words else []
    rest = [section for section in diff.sections if section not in {*COUNTED, "About"}]
    said += [f"Differences also in: {', '.join(rest)}."] if rest else []
    return " ".join(said) or "Only the description differs."


def in_and_out(entries: Sequence[Entry]) -> list[tuple[str, list[str]]]:
    """What came in and what went out, by name."""
    found = []
    for word, how in (("In", "in"), ("Out", "out")):
        own = [name for entry in entries if entry.how == how and not entry.follows for name in entry.names]
        follow = sum(entry.how == how and entry.follows for entry in entries)
        what = "new" if how == "in" else "gone"
        found.append((word, own + ([f"{counted(follow, 'item')} made for what is {what}"] if follow else [])))
    return [(word, names) for word, names in found if names]


def changed(entries: Sequence[Entry]) -> list[Entry]:
    """What is in both and not the same."""
    return [entry for entry in entries if entry.how == "changed"]
