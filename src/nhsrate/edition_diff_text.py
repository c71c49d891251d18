"""`nhsrate diff`: what two editions say differently, as text, Markdown or json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.catalogue import json_text
from nhsrate.edition_text import paragraph
from nhsrate.report import escaped
from nhsrate.summary import counted
from nhsrate.texts import listed, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.edition_diff import EditionDiff, Entry
    from nhsrate.methodology import Methodology

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
