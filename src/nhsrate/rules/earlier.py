"""Earlier periods in rules: `{item: waits, period: previous}` becomes an item of kind `earlier` in its place."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from nhsrate.core.frozen import changing
from nhsrate.core.periods import back_words
from nhsrate.language.references import reference, refs
from nhsrate.language.tree import Mapping, Node, Scalar, Sequence
from nhsrate.language.values import Bad, ItemType, scalar, whole
from nhsrate.rules.items import Draft

if TYPE_CHECKING:
    from nhsrate.core.problems import LineLocation
    from nhsrate.language.values import Binding, Context

WHICH = frozenset({"period", "back"})
"""The keys that say which earlier period is meant."""

_WORDS = WHICH | {"running"}

TOLD = ("unit", "shown", "polarity", "scale")
"""What an earlier item has from the one that it is of, where its own rule does not say otherwise."""

MOST_RUNNING = 40


def earlier_id(of: str, back: int) -> str:
    """The id of the item that a reference to an earlier period makes.

    >>> earlier_id("waits", 1), earlier_id("waits", 4)
    ('waits.previous', 'waits.back-4')
    """
    return f"{of}.previous" if back == 1 else f"{of}.back-{back}"


@changing
class LookingBack:
    """What a rule file says of earlier periods, as it is met: the items that are to be made, by their ids."""

    context: Context
    drafts: dict[str, Draft]
    made: dict[str, Draft] = field(default_factory=dict)
    binding: Binding | None = None

    def node(self, node: Node) -> Node:
        """The node with the id of an item in the place of each reference to an earlier period."""
        if isinstance(node, Sequence):
            return Sequence(tuple(map(self.node, node.items)), node.at)
        if not isinstance(node, Mapping):
            return node
        if "item" in node.entries and WHICH & node.entries.keys():
            return self.reference(node)
        entries = {
            key: self.condition(part) if key == "when" else self.node(part) for key, part in node.entries.items()
        }
        return Mapping(entries, node.at, node.keys)

    def reference(self, node: Mapping) -> Node:
        """The item or items that stand in the place of a reference."""
        back = self.back(node)
        rest = node.without(*WHICH)
        if "each" in rest.entries:
            found = refs(rest, self.context)
            ids = [self.item(id_, back, node.at) for id_ in found.items]
            if found.weights is None:
                return Sequence(tuple(Scalar(id_, node.at) for id_ in ids), node.at)
            weights = [Scalar(weight.figure or str(weight.value), node.at) for weight in found.weights]
            return Mapping(dict(zip(ids, weights, strict=True)), node.at, dict.fromkeys(ids, node.at))
        word = scalar(rest.entries["item"], self.context)
        new = Scalar(self.item(reference(word.text, word.at, self.context), back, node.at), word.at)
        return Mapping({**rest.entries, "item": new}, rest.at, rest.keys)

    def condition(self, node: Node) -> Node:
        """Tests, in which `{is: red, period: previous}` tests an earlier period, and `running: 2` this one and that."""
        if isinstance(node, Sequence):
            return Sequence(tuple(map(self.condition, node.items)), node.at)
        if not isinstance(node, Mapping):
            return node
        entries: dict[str, Node] = {}
        keys: dict[str, LineLocation] = {}
        for key, part in node.entries.items():
            for id_, test in self.tests(key, node.keys[key], part):
                if id_ in entries:
                    raise self.context.bad(
                        node.keys[key], "duplicate-key", f'"{id_}" is tested twice.', "Test it once."
                    )
                entries[id_], keys[id_] = test, node.keys[key]
        return Mapping(entries, node.at, keys)

    def tests(self, key: str, at: LineLocation, part: Node) -> list[tuple[str, Node]]:
        """The tests that one entry of a condition stands for, each with the item that it tests."""
        if key in {"any", "not"}:
            return [(key, self.condition(part))]
        if not isinstance(part, Mapping) or not {*WHICH, "running"} & part.entries.keys():
            return [(key, self.node(part))]
        rest = part.without(*WHICH, "running")
        if not rest.entries:
            raise self.context.bad(part.at, "bad-test", "What it was is not said.", "Such as {is: red, running: 2}.")
        test = self.node(rest.entries["is"] if [*rest.entries] == ["is"] else rest)
        of = reference(key, at, self.context)
        if "running" not in part.entries:
            return [(self.item(of, self.back(part), part.at), test)]
        if WHICH & part.entries.keys():
            message, remedy = "running: counts this period and those before it.", "Leave period: and back: out."
            raise self.context.bad(part.keys["running"], "bad-test", message, remedy)
        count = whole(part.entries["running"], self.context)
        if not 2 <= count <= MOST_RUNNING:
            message = f"Running means 2 to {MOST_RUNNING} periods in a row, this one among them."
            raise self.context.bad(part.keys["running"], "wrong-type", message, "Such as running: 2.")
        return [(key, test), *((self.item(of, back, part.at), test) for back in range(1, count))]

    def back(self, node: Mapping) -> int:
        """How many periods back a reference means."""
        if node.entries.keys() >= WHICH:
            raise self.context.bad(node.at, "wrong-type", "period: and back: say the same.", "Give one of them.")
        if "back" in node.entries:
            back = whole(node.entries["back"], self.context)
            if back < 1:
                raise self.context.bad(node.at, "wrong-type", "Going back 0 periods is this one.", "Give 1 or more.")
            return back
        word = scalar(node.entries["period"], self.context)
        if word.text != "previous":
            remedy = "Write period: previous, or back: 4 for four periods back."
            raise self.context.bad(word.at, "wrong-type", f'"{word.text}" is no period that is known here.', remedy)
        return 1

    def item(self, of: str, back: int, at: LineLocation) -> str:
        """The id of the item that is what another was so many periods back; it is made where there is none."""
        id_ = earlier_id(of, back)
        if id_ in self.drafts:
            message = f'"{id_}" is what {of} of {back_words(back)} is called.'
            raise self.context.bad(self.drafts[id_].at, "duplicate-name", message, "Rename this one.")
        if id_ not in self.made:
            entries: dict[str, Node] = {
                "kind": Scalar("earlier", at), "of": Scalar(of, at), "back": Scalar(str(back), at),
            }  # fmt: skip
            title = self.drafts[of].node.entries.get("title") if of in self.drafts else None
            name = title.text if isinstance(title, Scalar) else of
            entries["title"] = Scalar(f"{name}, {back_words(back)}", at)
            self.made[id_] = Draft(id_, "measures", Mapping(entries, at, dict.fromkeys(entries, at)), at)
            self.context.types[id_] = self.context.types[of]
        return id_


def with_earlier(tree: Mapping, drafts: list[Draft], context: Context) -> tuple[Mapping, list[Draft]]:
    """The populations and the items of a file with every reference to an earlier period made an item of its own.

    What an earlier item is, a level or a number and in which unit, follows from the item that it is of.
    """
    looking = LookingBack(context, {draft.id: draft for draft in drafts})
    found = [_looked(looking, draft) for draft in drafts]
    populations = tree.entries.get("populations")
    if populations is not None and _mentions(populations):
        looking.binding = context.binding = None
        try:
            tree = Mapping({**tree.entries, "populations": looking.node(populations)}, tree.at, tree.keys)
        except Bad:
            tree = tree.without("populations")
    whole_ = [*found, *looking.made.values()]
    known = {draft.id: draft for draft in whole_}
    return tree, [_typed(draft, known, context) if _is_earlier(draft) else draft for draft in whole_]


def _looked(looking: LookingBack, draft: Draft) -> Draft:
    """A draft with its references to earlier periods made items; where one cannot be read its problem is collected."""
    if draft.section == "inputs" or not _mentions(draft.node):
        return draft
    looking.context.binding = draft.binding
    entries = {}
    for key, node in draft.node.entries.items():
        try:
            entries[key] = looking.node(node)
        except Bad:
            continue
    return Draft(draft.id, draft.section, Mapping(entries, draft.node.at, draft.node.keys), draft.at, draft.binding)


def _mentions(node: Node) -> bool:
    """Whether any key in a node may be of an earlier period."""
    if isinstance(node, Sequence):
        return any(map(_mentions, node.items))
    if not isinstance(node, Mapping):
        return False
    return not _WORDS.isdisjoint(node.entries) or any(map(_mentions, node.entries.values()))


def _is_earlier(draft: Draft) -> bool:
    kind = draft.node.entries.get("kind")
    return isinstance(kind, Scalar) and kind.text == "earlier"


def _typed(draft: Draft, known: dict[str, Draft], context: Context) -> Draft:
    """An earlier item with the scale, the unit and the like of what it is of, through however many earlier ones."""
    seen = {draft.id}
    below: Draft | None = draft
    while below is not None and _is_earlier(below):
        below = _of(below, known, context)
        if below is not None and below.id in seen:
            below = None
        seen |= {below.id} if below else set()
    if below is None:
        return draft
    type_ = context.types[draft.id] = context.types[below.id]
    entries = _from(below, type_) | draft.node.entries
    if below.section == "inputs" and "unit" not in entries and _word(below, "type") == "percent":
        entries["unit"] = Scalar("%", below.at)
    keys = {key: draft.node.keys.get(key, draft.node.at) for key in entries}
    return Draft(draft.id, draft.section, Mapping(entries, draft.node.at, keys), draft.at, draft.binding)


def _from(below: Draft, type_: ItemType) -> dict[str, Node]:
    """What is taken from the item that an earlier one is of."""
    taken: dict[str, Node] = {
        key: node for key, node in below.node.entries.items() if key in TOLD and isinstance(node, Scalar)
    }
    if type_.scale is not None:
        taken["scale"] = Scalar(type_.scale.name, below.at)
    if type_.kind == "text":
        taken["result"] = Scalar("text", below.at)
    return taken


def _word(draft: Draft, key: str) -> str:
    node = draft.node.entries.get(key)
    return node.text if isinstance(node, Scalar) else ""


def _of(draft: Draft, known: dict[str, Draft], context: Context) -> Draft | None:
    """The draft that an earlier item is of; nothing where it names none, which is told when it is read."""
    word = _word(draft, "of")
    if word in known:
        return known[word]
    made = context.made.get(word, {})
    return known.get(made.get(draft.binding.member, "")) if draft.binding is not None else None
