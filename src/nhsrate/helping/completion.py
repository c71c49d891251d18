"""What a shell offers when the tab key is pressed: editions, organisations, items, figures, documents and the like.

Nothing is told of what cannot be read: somebody who is typing gets names, or nothing. Only click is imported here, as
in `nhsrate.commands.main`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import click
    from click.shell_completion import CompletionItem

    from nhsrate.returns.model import Organisation
    from nhsrate.rules.model import Methodology

    Names = Iterable[tuple[str, str]]
    Find = Callable[[click.Context, str], Names]
    Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

LARGEST = 5_000_000
"""Of how many bytes a return may be to be read while somebody waits for the names in it."""


def offered(find: Find, *, files: bool = False, lists: bool = False) -> Complete:
    """A completion by these names, each with what is said of it, and perhaps by files.

    Of `lists` the last name is completed, behind its comma.
    """

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        before, comma, begun = incomplete.rpartition(",") if lists else ("", "", incomplete)
        found = [CompletionItem(incomplete, type="file")] if files else []
        for name, said in _silently(find, ctx, begun):
            if name.casefold().startswith(begun.casefold()):
                found.append(CompletionItem(f"{before}{comma}{name}", help=" ".join(said.split()) or None))
        return found

    return complete


def _silently(find: Find, ctx: click.Context, begun: str) -> list[tuple[str, str]]:
    """The names, or none where anything stands in the way."""
    try:
        return [*find(ctx, begun)]
    except Exception:  # noqa: BLE001 (whatever it is, the command that is being typed will tell of it)
        return []


def _editions(_: click.Context, __: str) -> Names:
    from nhsrate.rules.editions import edition_files, project_here

    return [(id_, "") for id_ in {**project_here()[1], **edition_files()}]


def _topics(_: click.Context, __: str) -> Names:
    from nhsrate.editions.documents import topics

    return [(topic, "") for topic in topics()]


def _problems(_: click.Context, __: str) -> Names:
    from nhsrate.core.problems import CODES

    return CODES.items()


def _kinds(_: click.Context, __: str) -> Names:
    from nhsrate.kinds import KINDS

    return [(kind, "") for kind in KINDS]


def _limits(_: click.Context, __: str) -> Names:
    from nhsrate.files.limits import NAMES, STANDARD, shown

    return [(f"{name}={shown(name, getattr(STANDARD, name)).translate({32: None, 44: None})}", "") for name in NAMES]


def _ratings_of_project(_: click.Context, __: str) -> Names:
    from nhsrate.rules.editions import project_here

    project = project_here()[0]
    return [(entry.name.text, "") for entry in project.ratings if entry.name] if project else []


def _organisations(ctx: click.Context, _: str) -> Names:
    return [(one.code, one.name) for one in _read(ctx)[1]]


def _groups(ctx: click.Context, _: str) -> Names:
    return [(id_, one.title) for id_, one in _read(ctx)[0].groups.items()]


def _inputs(ctx: click.Context, _: str) -> Names:
    return [(id_, one.title) for id_, one in _read(ctx)[0].inputs.items()]


def _ratings(ctx: click.Context, _: str) -> Names:
    return [(id_, one.title) for id_, one in _read(ctx)[0].items.items() if one.section == "ratings"]


def _items(ctx: click.Context, _: str) -> Names:
    methodology = _read(ctx)[0]
    said = {id_: one.title for id_, one in methodology.items.items()}
    return [*said.items(), *((id_, one.title) for id_, one in methodology.inputs.items() if id_ not in said)]


def _sorts(ctx: click.Context, begun: str) -> Names:
    names = [("name", ""), ("code", ""), *_items(ctx, begun)]
    return [(f"{'-' * begun.startswith('-')}{name}", said) for name, said in names]


def _figures(ctx: click.Context, _: str) -> Iterator[tuple[str, str]]:
    from nhsrate.core.numbers import number_text

    for name, figure in _read(ctx)[0].figures.items():
        yield f"{name}={'' if figure.required else number_text(figure.value)}", figure.note


def _levels(ctx: click.Context, _: str) -> Names:
    methodology = _read(ctx)[0]
    asked = ctx.params.get("rating")
    ratings = [methodology.items[asked]] if asked else methodology.headlines
    return [(level.name, level.word) for one in ratings if one.scale for level in one.scale.levels]


def _read(ctx: click.Context) -> tuple[Methodology, tuple[Organisation, ...]]:
    """The methodology of what has been typed so far, and the organisations of its return, which is not rated.

    Raises whatever stands in the way.
    """
    from nhsrate.returns.read import read_tables
    from nhsrate.rules.load import load_methodology
    from nhsrate.runs.choosing import choose_methodology, own_profile
    from nhsrate.runs.read import open_books, profiled
    from nhsrate.runs.request import requested

    typed = ctx.params
    words = [*(typed.get("returns") or ()), typed.get("organisation"), *ctx.args]  # before an option they are all left
    paths = [path for word in words if word and (path := Path(word)).exists()]
    if not paths and typed.get("methodology"):
        return load_methodology(typed["methodology"]), ()
    options = {name: typed[name] for name in ("sheet", "reading") if typed.get(name)}
    request = requested(paths, typed.get("methodology"), **options)
    if sum(path.stat().st_size for path in request.paths) > LARGEST:
        return load_methodology(typed["methodology"]), ()
    books = open_books(request.returns, request.limit)
    methodology = profiled(choose_methodology(books, request), own_profile(request))
    return methodology, read_tables(books, methodology.wanted(), methodology.reading, sheet=request.sheet).organisations


editions = offered(_editions, files=True)
edition_ids = offered(_editions)
topics = offered(_topics)
problems = offered(_problems)
kinds = offered(_kinds)
limits = offered(_limits)
ratings_of_project = offered(_ratings_of_project, files=True)
organisations = offered(_organisations)
returns_and_organisations = offered(_organisations, files=True)
groups = offered(_groups)
inputs = offered(_inputs)
ratings = offered(_ratings)
items = offered(_items)
columns = offered(_items, lists=True)
sorts = offered(_sorts)
figures = offered(_figures)
levels = offered(_levels)
