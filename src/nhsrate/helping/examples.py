"""Examples of every command, which its help shows and the tests run where the project's `examples` lie.

The examples of one command are run in a folder of their own, one after another.
"""

from __future__ import annotations

from typing import NamedTuple

_STARS = "examples/acute-stars-2003-04.xlsx"
_RISK = "examples/financial-risk-2011-12.csv"
_SMALL = "examples/sha-2004.csv"
_FOUR = "examples/four-trusts"
_NIGHTS = "examples/quiet-nights"
_YEARS = "examples/three-years"


class Example(NamedTuple):
    """What is typed behind the name of the tool, what it does, and the exit code where that is not 0."""

    line: str
    does: str
    code: int = 0


EXAMPLES: dict[str, tuple[Example, ...]] = {
    "nhsrate": (
        Example(f"score {_STARS}", "The ratings of a return, as a league table."),
        Example(f"explain {_STARS} XWH", "Why that organisation is rated so."),
        Example(f"report {_STARS} -o stars.html", "The ratings as a page to publish."),
    ),
    "score": (
        Example(f"score {_STARS}", "The edition is found from the return."),
        Example(f"score {_STARS} -o stars.csv", "As csv, as the ending of the file says."),
        Example(f"score {_SMALL} --check examples/ratings/sha-2004.csv", "Exit code 1 if ratings moved."),
    ),
    "explain": (
        Example(f"explain {_STARS} XWH", "From the rating down to the cells."),
        Example(f"explain {_SMALL} Bramblehurst", "By its name, or a part of it."),
        Example(f"explain {_SMALL} XA2 -f json", "For a program."),
    ),
    "check": (
        Example("check examples/faulty-return.xlsx", "Each fault with its cell and remedy; exit code 1.", 1),
        Example(
            "check examples/faulty-return.xlsx --annotate marked.xlsx", "A copy with a comment on each faulty cell.", 1
        ),
        Example(f"check {_NIGHTS}/nights-winter.yaml", "A rule file."),
    ),
    "headroom": (
        Example(f"headroom {_RISK} XA4", "What gains the next level, and what loses this one."),
        Example(f"headroom {_RISK} XA4 --to 5", "What gains level 5."),
        Example(f"headroom {_RISK} XA4 --input net_return", "By this input alone."),
    ),
    "diagnose": (
        Example(
            f"diagnose {_FOUR}/autumn.csv A \\\n"
            f"      -m {_FOUR}/four-trusts.yaml",
            "Who can help it, and with what.",
        ),
        Example(
            f"diagnose {_FOUR}/autumn.csv A \\\n"
            f"      -m {_FOUR}/four-trusts.yaml \\\n"
            f"      --earlier {_FOUR}/spring.csv",
            "Also who rose most since spring.",
        ),
        Example(
            f"diagnose {_FOUR}/autumn.csv A \\\n"
            f"      -m {_FOUR}/four-trusts.yaml \\\n"
            "      --by beds=1 --number 2 -f json",
            "Two peers, by beds alone, for a program.",
        ),
    ),
    "robustness": (
        Example(f"robustness {_RISK} --draws 50", "As the edition says, in 50 draws."),
        Example(f"robustness {_RISK} --vary weights=10%", "If each weight were up to 10% off."),
        Example(f"robustness {_RISK} --draws 50 -o sure.csv", "A row for each organisation."),
    ),
    "integrity": (
        Example(f"integrity {_RISK}", "Who lies within a hair of a cut, and what heaps up there."),
        Example(f"integrity {_RISK} --within 0.5", "Near is half a unit."),
        Example(f"integrity {_RISK} --only XA4 -f json", "Of one organisation, for a program."),
    ),
    "compare": (
        Example(
            f"compare {_NIGHTS}/spring.csv \\\n"
            f"      {_NIGHTS}/summer.csv \\\n"
            f"      --old-methodology {_NIGHTS}/nights-spring.yaml \\\n"
            f"      --new-methodology {_NIGHTS}/nights-summer.yaml",
            "Two quarters, each under its own rules.",
        ),
        Example(
            f"compare {_NIGHTS}/spring.csv \\\n"
            f"      {_NIGHTS}/summer.csv \\\n"
            f"      -m {_NIGHTS}/nights-summer.yaml --only XA2",
            "Both under the same rules: what moved one organisation.",
        ),
        Example(f"compare {_SMALL} {_SMALL} -f json", "For a program; a return and itself differ in nothing."),
    ),
    "trajectory": (
        Example(
            f"trajectory {_YEARS}/returns.csv \\\n      --plan {_YEARS}/plan.csv",
            "Three years in one table, and the plan.",
        ),
        Example(
            f"trajectory {_YEARS}/returns.csv \\\n      --plan {_YEARS}/plan.csv --item access_share --only XA2",
            "One indicator of one organisation.",
        ),
        Example(f"trajectory {_YEARS}/returns.csv -f csv -o years.csv", "Every value of every year."),
    ),
    "report": (
        Example(f"report {_STARS} -o stars.html", "One page."),
        Example(f"report {_SMALL} -o pages", "A folder, with a page for each organisation."),
        Example(f"report {_SMALL} -o sha.html --with headroom", "With what would change each rating."),
    ),
    "workbook": (
        Example(f"workbook {_RISK} -o live.xlsx", "Formulas in the place of results."),
        Example(f"workbook {_SMALL} -o sha.xlsx", "Of the smallest return."),
        Example(f"workbook {_RISK} -o partly.xlsx --partly", "Where something cannot be formulas."),
    ),
    "methodologies": (
        Example("methodologies", "All editions."),
        Example("methodologies oversight 2025", "Those that have these words."),
        Example("methodologies monitor-financial-risk", "One in full; the beginning of its id is enough."),
    ),
    "test": (
        Example("test monitor-financial-risk-2011-12", "The worked cases of one edition."),
        Example(f"test {_NIGHTS}/cases.yaml", "Of a file of cases."),
        Example(f"test {_NIGHTS}", "Of a folder."),
    ),
    "weights": (
        Example("weights", "What decides most in every edition."),
        Example("weights monitor-financial-risk-2011-12", "Of one edition."),
        Example(f"weights {_NIGHTS}/nights-winter.yaml -f json", "Of a rule file, for a program."),
    ),
    "diff": (
        Example(f"diff {_NIGHTS}/nights-spring.yaml \\\n      {_NIGHTS}/nights-summer.yaml", "Two rule files."),
        Example(
            "diff nhs-star-ratings-2002-03-acute nhs-star-ratings-2003-04-acute \\\n      -o changes.md",
            "Two editions, as Markdown.",
        ),
        Example("diff cms-hospital-stars-2025 cms-hospital-stars-2026 -f json", "For a program."),
    ),
    "manual": (
        Example("manual monitor-financial-risk-2011-12", "As Markdown, in the terminal."),
        Example("manual monitor-financial-risk-2011-12 -o manual.html", "As a web page."),
        Example(f"manual {_NIGHTS}/nights-winter.yaml -o nights.md", "Of a rule file."),
    ),
    "kinds": (
        Example("kinds", "Every kind, in a line each."),
        Example("kinds weighted-mean", "The manual of one."),
        Example("kinds thresholds -f json", "The same for a program."),
    ),
    "schema": (
        Example("schema", "Of rule files."),
        Example("schema cases", "Of cases.yaml."),
        Example("schema project", "Of nhsrate.yaml."),
    ),
    "new": (
        Example("new my-stars", "The smallest methodology that works."),
        Example("new my-risk --from monitor-financial-risk-2011-12", "A copy of an edition, to change it."),
        Example("new wards --from-return examples/spreadsheets/wards.csv", "Begun from a spreadsheet of one's own."),
    ),
    "build": (
        Example("build examples/project", "Every rating of that project."),
        Example("build examples/project food-2025", "One of them alone."),
        Example("build --check examples/project", "Write nothing; exit code 1 if anything moved."),
    ),
    "template": (
        Example("template monitor-financial-risk-2011-12 -o return.xlsx", "A blank return."),
        Example(
            "template examples/project/indicators/food/food-2025.yaml \\\n"
            "      -o food.xlsx --organisations examples/project/organisations.csv",
            "With the organisations filled in.",
        ),
        Example(f"template {_NIGHTS}/nights-winter.yaml -o nights.xlsx", "For rules of one's own."),
    ),
    "docs": (
        Example("docs", "Every document."),
        Example("docs tutorial", "One of them."),
        Example("docs methodology-language thresholds", "The sections with that word in their headings."),
    ),
    "problem": (
        Example("problem", "Every code."),
        Example("problem missing-column", "What one means, and what to do."),
        Example("problem [out-of-range]", "As it stands at the end of a message."),
    ),
}  # fmt: skip
"""The examples of every command by its name, and those of the tool itself."""
