"""How fast the tool is beside Python and pandas, as ratios of whole processes measured in one run.

Run it as `python benchmarks/run.py` in the environment where nhsrate is installed. Two commands take turns, so that
whatever else the machine does meets both; each round gives one ratio, and the median of the ratios is reported.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOOL = Path(sysconfig.get_path("scripts")) / "nhsrate"
ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("NHSRATE_BACKTEST_DATA") or ROOT.parent / "shared" / "data")

ORGANISATIONS = 10_000
SIZES = ((1_000, 60), (5_000, 60), (10_000, 60), (25_000, 60), (50_000, 60), (10_000, 15), (10_000, 30))
"""Organisations and indicators of the returns from which `--curve` tells how time grows with size."""

FEW = 10
"""Organisations of a return whose rating is all start and rules."""

RETURN, LARGE = 250, 50_000
"""Organisations of the workbooks that are checked: a usual return, and one that no trust will ever send."""

RATINGS, ORGANISATIONS_OF_A_RATING = 20, 60
"""The ratings of a project that is built."""

INDICATORS = 60
DOMAINS = 6
SEED = 2003


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A command of ours, the command it is held against, and how long ours may take for that.

    Ours may take `times` what the other takes, and `plus` seconds; its memory may reach `megabytes`. What takes long is
    run `most_rounds` times at the most. With `processor` the time of the processor is compared, and not of the clock.
    """

    name: str
    ours: Sequence[str | Path]
    beside: Sequence[str | Path]
    times: float
    plus: float = 0
    aim: float | None = None
    megabytes: float | None = None
    most_rounds: int = 1_000
    processor: bool = False

    @property
    def target(self) -> str:
        """What is allowed, in words."""
        if not self.times:
            within = " of the processor" * self.processor
            return f"at most {self.plus:g} s{within}" + (f"; under {self.megabytes:g} MB" if self.megabytes else "")
        words = f"at most {self.times:g}" + (f", plus {self.plus:g} s" if self.plus else "")
        words += f" (aim {self.aim:g})" if self.aim else ""
        words += " of its processor time" * self.processor
        return words + (f"; under {self.megabytes:g} MB" if self.megabytes else "")


@dataclass(frozen=True, slots=True)
class Measured:
    """One process: how long it ran and kept a processor busy, in seconds, and the most memory it held, in MB."""

    seconds: float
    megabytes: float
    processor: float


def measure(command: Sequence[str | Path], folder: Path) -> Measured:
    """Run the command to its end, with its output thrown away; stop everything if it fails.

    Byte code is kept from run to run, as it is wherever people work, also where this environment says otherwise.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            sys.exit(f"{' '.join(map(str, command))}\nended with {process.returncode}:\n{errors.read().decode()}")
    kibibytes = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return Measured(seconds, kibibytes * 1024 / 1e6, usage.ru_utime + usage.ru_stime)


def compare(benchmark: Benchmark, rounds: int, folder: Path) -> tuple[list[Measured], list[Measured]]:
    """Both commands in turns, after one round that only warms the disk; who goes first alternates."""
    ours: list[Measured] = []
    beside: list[Measured] = []
    for turn in range(-1, rounds):
        pair = [(ours, benchmark.ours), (beside, benchmark.beside)]
        for results, command in pair if turn % 2 else reversed(pair):
            measured = measure(command, folder)
            if turn >= 0:
                results.append(measured)
    return ours, beside


def report(benchmark: Benchmark, ours: Sequence[Measured], beside: Sequence[Measured]) -> tuple[str, bool]:
    """The benchmark's row of the table, and whether its target is met."""
    both = zip(ours, beside, strict=True)
    if benchmark.processor:
        pairs = [(mine.processor, other.processor) for mine, other in both]
    else:
        pairs = [(mine.seconds, other.seconds) for mine, other in both]
    ratios = sorted(mine / other for mine, other in pairs)
    over = statistics.median(mine - benchmark.times * other - benchmark.plus for mine, other in pairs)
    peak = max(mine.megabytes for mine in ours)
    met = over <= 0 and (benchmark.megabytes is None or peak < benchmark.megabytes)
    cells = (
        benchmark.name,
        f"{statistics.median(mine for mine, _ in pairs):.3f}",
        f"{statistics.median(other for _, other in pairs):.3f}",
        f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})",
        benchmark.target,
        f"{peak:.0f}",
        "yes" if met else "**no**",
    )
    return f"| {' | '.join(cells)} |", met


def names(indicators: int = INDICATORS) -> list[str]:
    """The indicators of the invented return."""
    return [f"indicator_{n:02}" for n in range(1, indicators + 1)]


def rules(indicators: int = INDICATORS) -> str:
    """The methodology of the large return: each value to a score by its own thresholds, weighted domains, a level."""
    draw = random.Random(SEED)
    lines = [
        "id: many-thresholds",
        "title: Thresholds and weights, at size",
        "status: illustrative",
        "scales:",
        "  segments: [{level: 1}, {level: 2}, {level: 3}, {level: 4}]",
        "inputs:",
        *(f"  {name}: {{type: percent, polarity: higher, valid: 0..100}}" for name in names(indicators)),
        "measures:",
    ]
    for name in names(indicators):
        high, middle, low = sorted((draw.randint(10, 90) for _ in range(3)), reverse=True)
        scores = (
            f"{{score: 1, at_least: {high}}}, {{score: 2, at_least: {middle}.5}}, {{score: 3, above: {low}}}"
            if high > middle + 1 > low
            else f"{{score: 1, at_least: {high + 2}}}, {{score: 2, at_least: {high}}}"
        )
        lines.append(
            f"  {name}_score: {{kind: thresholds, of: {name}, scores: [{scores}, {{score: 4, otherwise: true}}]}}"
        )
    size = indicators // DOMAINS
    for domain in range(DOMAINS):
        members = names(indicators)[domain * size : (domain + 1) * size]
        weights = ", ".join(f"{name}_score: {draw.randint(1, 10)}" for name in members)
        fields = f"kind: weighted-mean, of: {{{weights}}}, missing: leave out, shown: 2, published: true"
        lines.append(f"  domain_{domain + 1}: {{{fields}}}")
    weights = ", ".join(f"domain_{domain + 1}: {draw.randint(1, 10)}" for domain in range(DOMAINS))
    lines += [
        f"  average: {{kind: weighted-mean, of: {{{weights}}}, missing: leave out, shown: 2, published: true}}",
        "ratings:",
        "  segment: {kind: level, scale: segments, of: average, halves: up, headline: true, published: true}",
    ]
    return "\n".join(lines) + "\n"


def rows(organisations: int = ORGANISATIONS, indicators: int = INDICATORS) -> Iterator[str]:
    """The large return as csv, 2 in 100 values missing."""
    draw = random.Random(SEED)
    yield ",".join(["code", "name", *names(indicators)]) + "\n"
    for n in range(organisations):
        values = ("" if draw.random() < 0.02 else f"{draw.uniform(0, 100):.1f}" for _ in range(indicators))
        yield f"T{n:05},Invented Trust {n}," + ",".join(values) + "\n"


def large(folder: Path, organisations: int, indicators: int) -> list[str | Path]:
    """The command that rates a large return, with its files written to the folder."""
    table, methodology = folder / "large.csv", folder / "many-thresholds.yaml"
    with table.open("w", encoding="utf-8") as file:
        file.writelines(rows(organisations, indicators))
    methodology.write_text(rules(indicators), encoding="utf-8")
    return [TOOL, "score", table, "-m", methodology, "-f", "csv"]


def written_workbook(path: Path, organisations: int) -> Path:
    """A return as a workbook: a text code, a text name and 60 numbers of four decimals to a row.

    It is written part by part, because to write it with a library takes longer than to measure it.
    """
    draw = random.Random(SEED)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Return" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    letters = [*map(chr, range(65, 91)), *(f"{first}{second}" for first in "AB" for second in map(chr, range(65, 91)))]

    def text(reference: str, said: str) -> str:
        return f'<c r="{reference}" t="inlineStr"><is><t>{said}</t></is></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            heads = "".join(text(f"{letters[n]}1", head) for n, head in enumerate(["code", "name", *names()]))
            sheet.write(f'<worksheet xmlns="{main}"><sheetData><row r="1">{heads}</row>'.encode())
            for n in range(2, organisations + 2):
                cells = "".join(
                    f'<c r="{letter}{n}"><v>{draw.uniform(0, 100):.4f}</v></c>'
                    for letter in letters[2 : INDICATORS + 2]
                )
                row = f'<row r="{n}">{text(f"A{n}", f"T{n:05}")}{text(f"B{n}", f"Trust {n}")}{cells}</row>'
                sheet.write(row.encode())
            sheet.write(b"</sheetData></worksheet>")
    return path


START = """
import sys
from nhsrate.commands.start import unsearched
unsearched()
import nhsrate.commands.main
import nhsrate.commands.rating
import nhsrate.runs.run
from nhsrate.rules.load import load_methodology
load_methodology(sys.argv[1])
"""
"""What `score` does before it opens a file: it imports what it needs, and loads the rules; and ends as it ends."""

ONLY_READ = """
import sys, warnings, openpyxl
warnings.simplefilter("ignore")
sheet = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True).worksheets[0]
sheet.reset_dimensions()
for row in sheet.iter_rows(values_only=True):
    pass
"""


def curve(rounds: int, folder: Path, *, processor: bool) -> None:
    """Print how time and memory grow with organisations and indicators.

    What a value costs is told after taking off the time for a return of ten organisations, which is start and rules.
    """
    print("| organisations | indicators | time, s (range) | microseconds a value | peak memory, MB |")
    print("| --- | --- | --- | --- | --- |")
    for organisations, indicators in SIZES:
        least, _, _ = several(large(folder, FEW, indicators), rounds, folder, processor=processor)
        command = large(folder, organisations, indicators)
        time_taken, spread, peak = several(command, rounds, folder, processor=processor)
        each = (time_taken - least) / ((organisations - FEW) * indicators) * 1e6
        cells = f"{organisations:,}", f"{indicators}", f"{time_taken:.2f} ({spread})", f"{each:.2f}", f"{peak:.0f}"
        print(f"| {' | '.join(cells)} |", flush=True)


def several(command: Sequence[str | Path], rounds: int, folder: Path, *, processor: bool) -> tuple[float, str, float]:
    """The median time of a command after one run that only warms the disk, its range, and the peak memory in MB."""
    found = [measure(command, folder) for _ in range(rounds + 1)][1:]
    seconds = sorted(one.processor if processor else one.seconds for one in found)
    peak = max(one.megabytes for one in found)
    return statistics.median(seconds), f"{seconds[0]:.2f} to {seconds[-1]:.2f}", peak


def published(name: str) -> Path | None:
    """A file of published data, where it is there; if not, that is said."""
    path = DATA / name
    if path.is_file():
        return path
    print(f"{name}: not measured, because {path} is not there; NHSRATE_BACKTEST_DATA names its folder.\n")
    return None


def benchmarks(folder: Path) -> Iterator[Benchmark]:
    """Those that the project promises, with their files written to the folder."""
    python = sys.executable
    example, edition = ROOT / "examples" / "oversight-q4.csv", "nof-2025-26-q4-mental-health-community"
    choose: list[str | Path] = [TOOL, "score", example]
    yield Benchmark("choose", choose, [*choose, "-m", edition], times=1.25, processor=True)
    yield Benchmark("help", [TOOL, "--help"], [python, "-c", "pass"], times=6)
    yield Benchmark("start", [python, "-c", START, edition], [python, "-c", "pass"], times=1, plus=0.09, processor=True)
    yield from projects(folder)
    yield from written(folder)

    if workbook := published("nof-2025-26/return-q4.xlsx"):
        yield Benchmark(
            "workbook",
            [TOOL, "score", workbook, "-m", "nof-2025-26-q4-mental-health-community"],
            [python, "-c", "import sys, pandas; pandas.read_excel(sys.argv[1])", workbook],
            times=0.45,
        )
    only_load = [python, "-c", "import sys, pandas; pandas.read_csv(sys.argv[1])"]
    for year in (2023, 2025):
        if release := published(f"cms-stars/input-{year}.csv"):
            yield Benchmark(
                f"release {year}",
                [TOOL, "score", release, "-m", f"cms-hospital-stars-{year}", "-f", "csv", "-o", folder / "stars.csv"],
                [*only_load, release],
                times=1.1,
                aim=0.95,
                megabytes=70,
            )
    yield Benchmark(
        "large csv",
        large(folder, ORGANISATIONS, INDICATORS),
        [*only_load, folder / "large.csv"],
        times=2.4,
        megabytes=300,
    )
    (folder / "many-thresholds.yaml").write_text(rules(), encoding="utf-8")
    checked: list[str | Path] = [TOOL, "check", "-m", folder / "many-thresholds.yaml"]
    usual = written_workbook(folder / "return.xlsx", RETURN)
    yield Benchmark("check", [*checked, usual], [python, "-c", ONLY_READ, usual], times=1)
    huge = written_workbook(folder / "large.xlsx", LARGE)
    yield Benchmark(
        "check large", [*checked, huge], [python, "-c", ONLY_READ, huge], times=0.9, megabytes=400, most_rounds=3
    )
    yield from analyses(folder)


def written(folder: Path) -> Iterator[Benchmark]:
    """All hospitals as a workbook, beside the csv of the same; and with the reasons of all."""
    if release := published("cms-stars/input-2025.csv"):
        score: list[str | Path] = [TOOL, "score", release, "-m", "cms-hospital-stars-2025", "-o"]
        beside = [*score, folder / "stars.csv"]
        yield Benchmark(
            "hospitals xlsx", [*score, folder / "stars.xlsx"], beside, times=5, megabytes=300, processor=True
        )
        yield within("hospitals json", [*score, folder / "stars.json"], 60, beside)
        yield within("hospitals reasons", [*score, folder / "stars.xlsx", "--reasons"], 180, beside)


def projects(folder: Path) -> Iterator[Benchmark]:
    """Twenty ratings of 60 organisations on two processors, beside the same one after another; by the clock."""
    project = folder / "project"
    (project / "returns").mkdir(parents=True, exist_ok=True)
    (project / "many-thresholds.yaml").write_text(rules(), encoding="utf-8")
    for n in range(RATINGS):
        with (project / "returns" / f"{n:02}.csv").open("w", encoding="utf-8") as file:
            file.writelines(rows(ORGANISATIONS_OF_A_RATING))
    outputs = '["ratings/{stem}.csv", "ratings/{stem}.json"]'
    entry = f"ratings: [{{return: returns/*.csv, methodology: many-thresholds.yaml, outputs: {outputs}}}]\n"
    (project / "nhsrate.yaml").write_text(entry, encoding="utf-8")
    build: list[str | Path] = [TOOL, "build", project, "-j"]
    yield Benchmark("build", [*build, "2"], [*build, "1"], times=0.6)


def analyses(folder: Path) -> Iterator[Benchmark]:
    """1,000 re-ratings, whole process, beside what Python needs to import pandas; in processor time."""
    beside: list[str | Path] = [sys.executable, "-c", "import pandas"]
    values = rules().replace("valid: 0..100}", "valid: 0..100, error: 2.5}").replace("many-thresholds", "many-values")
    (folder / "many-values.yaml").write_text(values, encoding="utf-8")
    for size, of_weights, of_values in ((500, 4, 8), (5_000, 12, 20)):
        file = folder / f"of-{size}.csv"
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(rows(size))
        for what, rule_file, times in (
            ("weights=25%", "many-thresholds", of_weights),
            ("values", "many-values", of_values),
        ):
            ours: list[str | Path] = [TOOL, "robustness", file, "-m", folder / f"{rule_file}.yaml", "--vary", what]
            name = f"robustness {size:,} {what.partition('=')[0]}"
            yield Benchmark(
                name, [*ours, "-f", "csv"], beside, times=times, megabytes=300, processor=True, most_rounds=3
            )
    if quarter := published("nof-2025-26/return-q4.xlsx"):
        yield Benchmark("headroom", [TOOL, "headroom", quarter, "RGD"], beside, times=2, processor=True)
        every: list[str | Path] = [sys.executable, "-c", OF_ALL, quarter, "nof-2025-26-q4-mental-health-community"]
        yield within("headroom of 61", every, 10, beside)
    yield from changes(folder, beside)
    yield within("headroom 2003", [TOOL, "headroom", ROOT / "examples" / "acute-stars-2003-04.xlsx", "XJB"], 1, beside)
    if release := published("cms-stars/input-2025.csv"):
        edition, one = "cms-hospital-stars-2025", "201309"
        weights: list[str | Path] = [TOOL, "robustness", release, "-m", edition, "--vary", "weights=25%"]
        yield within("robustness hospitals", weights, 12, beside)
        gains: list[str | Path] = [sys.executable, "-c", GAINS, release, edition, one]
        yield within("headroom hospital gains", gains, 8, beside)
        yield within("headroom hospital", [TOOL, "headroom", release, one, "-m", edition], 30, beside)


def months(folder: Path) -> tuple[list[Path], Path, Path]:
    """A return for each of 24 months, of 61 organisations and ten indicators; a plan of all, and the rules."""
    draw, titles = random.Random(SEED), [f"Indicator {k}" for k in range(10)]
    inputs = "".join(f"  i{k}: {{title: {title}, type: percent, polarity: higher}}\n" for k, title in enumerate(titles))
    levels = "[{level: met, at_least: 80}, {level: missed, otherwise: true}]"
    rule = f"kind: thresholds, scale: lights, of: i0, headline: true, levels: {levels}"
    rules_ = folder / "months.yaml"
    rules_.write_text(
        f"id: months\ntitle: Months\nscales: {{lights: [{{level: met}}, {{level: missed}}]}}\ninputs:\n{inputs}"
        f"ratings:\n  light: {{{rule}}}\n",
        encoding="utf-8",
    )
    head = ",".join(["Period", "Code", "Name", *titles])
    returns, planned = [], [head]
    for month in range(24):
        period = f"{2024 + month // 12}-{month % 12 + 1:02}-01"
        rows = [head]
        for n in range(61):
            who = f"{period},R{n:02},Hospitals {n}"
            rows.append(",".join([who, *(f"{draw.gauss(70, 5):.1f}" for _ in titles)]))
            planned.append(",".join([who, *(f"{65 + month / 2}" for _ in titles)]))
        returns.append(folder / f"month-{month:02}.csv")
        returns[-1].write_text("\n".join(rows) + "\n", encoding="utf-8")
    plan = folder / "months-plan.csv"
    plan.write_text("\n".join(planned) + "\n", encoding="utf-8")
    return returns, plan, rules_


def changes(folder: Path, beside: Sequence[str | Path]) -> Iterator[Benchmark]:
    """What changed between two returns and why, and what leans on a cut; in processor time."""
    oversight = "nof-2025-26-{}-mental-health-community"
    quarters = [published(f"nof-2025-26/return-{quarter}.xlsx") for quarter in ("q1", "q4")]
    if all(quarters):
        first, last = quarters
        old, new = ("--old-methodology", oversight.format("q1")), ("--new-methodology", oversight.format("q4"))
        compare_: list[str | Path] = [TOOL, "compare", first or folder, last or folder, *old, *new]
        yield Benchmark("compare", compare_, beside, times=2.5, processor=True)
        yield Benchmark("integrity", [TOOL, "integrity", last or folder], beside, times=2.5, processor=True)
    returns, plan, rules_ = months(folder)
    over_time: list[str | Path] = [TOOL, "trajectory", *returns, "-m", rules_, "--plan", plan]
    yield Benchmark("trajectory", over_time, beside, times=2.5, processor=True)
    releases = [published(f"cms-stars/input-{year}.csv") for year in (2023, 2025)]
    if all(releases):
        first, last = releases
        old, new = (
            (f"--{end}-methodology", f"cms-hospital-stars-{year}") for end, year in (("old", 2023), ("new", 2025))
        )
        compare_ = [TOOL, "compare", first or folder, last or folder, *old, *new]
        one: list[str | Path] = [*compare_, "--only", "010016"]
        yield Benchmark("compare hospital", one, beside, times=12, megabytes=500, processor=True, most_rounds=3)
        yield Benchmark("compare hospitals", compare_, beside, times=40, megabytes=500, processor=True, most_rounds=3)


def within(name: str, ours: Sequence[str | Path], seconds: float, beside: Sequence[str | Path]) -> Benchmark:
    """A command of ours that may take so many seconds of the processor, whatever the other takes."""
    return Benchmark(name, ours, beside, times=0, plus=seconds, megabytes=300, processor=True, most_rounds=2)


RATED = """
import sys
from nhsrate.engine.assess import assess
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return
from nhsrate.analysis.headroom import headroom, level_to, rating_of
methodology = load_methodology(sys.argv[2])
assessment = assess(read_return(sys.argv[1], methodology), methodology)
"""
OF_ALL = f"""{RATED}
for n in range(len(assessment.organisations)):
    headroom(assessment, n)
"""
"""What would change the rating of every organisation of a return."""

GAINS = f"""{RATED}
from nhsrate.analysis.levers import levers
from nhsrate.analysis.search import Search
search = Search(assessment, assessment.find(sys.argv[3]), rating_of(assessment), lambda _: None)
target = level_to(search.item, assessment.columns[search.item.id][search.n], None)
for lever in levers(assessment, search.n, search.reached):
    search.alone_moves(lever, "better", target.position)
"""
"""Which values of which inputs alone gain an organisation the next level."""


def main() -> int:
    """Measure, print the table, and give 1 where a target is missed."""
    parser = argparse.ArgumentParser(description="Whole processes side by side; exits 1 where a target is missed.")
    parser.add_argument("--rounds", type=int, default=11, help="pairs of processes for each benchmark (default 11)")
    parser.add_argument("--only", metavar="NAME", help="measure this one alone, such as help or 'check large'")
    parser.add_argument(
        "--processor", action="store_true", help="compare processor time, as on a busy machine one must"
    )
    parser.add_argument("--curve", action="store_true", help="measure instead how time grows with the size of a return")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="write the large return and its rules here, and keep"
    )
    options = parser.parse_args()
    if not hasattr(os, "wait4"):
        parser.error("this system does not tell how much memory a process used; run it on Linux or macOS")
    if options.rounds < 1:
        parser.error("--rounds is at least 1")
    if not TOOL.exists():
        parser.error(f'there is no {TOOL}; install the tool into this environment: pip install -e "."')

    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {options.rounds} rounds\n")
        if options.curve:
            curve(options.rounds, folder, processor=options.processor)
            return 0
        chosen = [each for each in benchmarks(folder) if options.only in {None, each.name}]
        if options.processor:
            chosen = [replace(each, processor=True) for each in chosen]
        if not chosen:
            parser.error(f"there is nothing to measure under the name {options.only}")
        print("| benchmark | nhsrate, s | beside it, s | ratio (range) | target | peak memory, MB | met |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        all_met = True
        for benchmark in chosen:
            row, met = report(benchmark, *compare(benchmark, min(options.rounds, benchmark.most_rounds), folder))
            print(row, flush=True)
            all_met = all_met and met
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(main())
