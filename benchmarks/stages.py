"""Where the time goes: the CPU time of each stage of rating a return as csv, the median of several processes.

Run it as `python benchmarks/stages.py RETURN EDITION`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from time import process_time


def stages(file: Path, edition: str) -> dict[str, float]:
    """The CPU time of each stage, in seconds, in the order in which the command takes them."""
    found = {"Python itself, and this script": process_time()}

    def done(stage: str) -> None:
        found[stage] = process_time() - sum(found.values())

    from nhsrate.commands.start import unsearched

    unsearched()  # as the command does
    import nhsrate.commands.main
    import nhsrate.commands.rating  # noqa: F401 (what the command imports before anything else)

    done("import click and the commands")
    from nhsrate.engine.assess import assess
    from nhsrate.reports.csv_json import ratings_csv
    from nhsrate.returns.read import read_tables
    from nhsrate.rules.load import load_methodology
    from nhsrate.runs.read import open_books
    from nhsrate.runs.run import run  # noqa: F401 (which imports the rest)

    done("import everything else")
    methodology = load_methodology(edition)
    done("load the rules")
    books = open_books([file])
    done("open the file")
    submitted = read_tables(books, methodology.wanted(), methodology.reading)
    done("read the values")
    assessment = assess(submitted, methodology)
    done("rate")
    ratings_csv(assessment)
    done("make the csv")
    return found


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="The CPU time of each stage of rating a return as csv.")
    parser.add_argument("file", type=Path, metavar="RETURN")
    parser.add_argument("edition", metavar="EDITION")
    parser.add_argument("--rounds", type=int, default=11, help="processes to run (default 11)")
    parser.add_argument("--one", action="store_true", help="one run in this process, as json")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(stages(options.file, options.edition)))
        return 0
    command = [sys.executable, __file__, options.file, options.edition, "--one"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    runs = [json.loads(subprocess.check_output(command, env=environment)) for _ in range(options.rounds + 1)][1:]
    medians = {stage: statistics.median(run[stage] for run in runs) * 1000 for stage in runs[0]}
    print(f"Python {platform.python_version()}, {options.rounds} rounds after one that only warms the disk\n")
    print("| stage | CPU time, ms | share |")
    print("| --- | --- | --- |")
    for stage, milliseconds in medians.items():
        print(f"| {stage} | {milliseconds:.0f} | {milliseconds / sum(medians.values()):.0%} |")
    print(f"| together | {sum(medians.values()):.0f} | |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
