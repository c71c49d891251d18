from __future__ import annotations

import os
from pathlib import Path

import pytest

from nhsrate.core.problems import Refused
from nhsrate.rules import editions
from nhsrate.rules.editions import edition_files, find_edition, indicators_folder

OURS = '[project]\nname = "nhsrate"\n'
LISTING = "`nhsrate methodologies` lists the editions."
OTHER = "Give a folder with a .yaml rule file, or an id."
OWN = "A rule file of your own is given by its path."


def touch(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")
    return file


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two editions in one folder and one in another, entered from outside."""
    package = tmp_path / "checkout" / "src" / "nhsrate"
    package.mkdir(parents=True)
    top = tmp_path / "checkout"
    (top / "pyproject.toml").write_text(OURS)
    for name in (
        "stars/stars-acute.yaml",
        "stars/stars-care.yaml",
        "stars/cases.yaml",
        "stars/cases-care.yaml",
        "stars/README.md",
        "lights/lights-2000.yaml",
        "stray.yaml",
    ):
        touch(top / "indicators" / name)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setattr(editions, "PACKAGE", package)
    return top


def refusal(given: str) -> tuple[str, str]:
    """The code and the text of the one problem that this name meets."""
    with pytest.raises(Refused) as refused:
        find_edition(given)
    (problem,) = refused.value.problems
    return problem.code, str(problem)


def test_the_checkout_itself_is_found() -> None:
    assert indicators_folder().is_dir()
    assert all(file.is_file() and file.stem == id for id, file in edition_files().items())


def test_an_editable_install_reads_the_top_of_the_checkout(checkout: Path) -> None:
    assert indicators_folder() == checkout / "indicators"


def test_a_wheel_reads_the_package_even_where_a_checkout_is_around_it(checkout: Path) -> None:
    packaged = touch(editions.PACKAGE / "indicators" / "own" / "own-edition.yaml")
    assert indicators_folder() == editions.PACKAGE / "indicators"
    assert edition_files() == {"own-edition": packaged}


def test_the_folder_of_another_project_is_not_ours(checkout: Path) -> None:
    (checkout / "pyproject.toml").write_text('[project]\nname = "nhsrate-copy"\n')
    assert indicators_folder() == editions.PACKAGE / "indicators"
    assert edition_files() == {}


def test_without_a_project_file_nothing_outside_the_package_is_read(checkout: Path) -> None:
    (checkout / "pyproject.toml").unlink()
    assert edition_files() == {}


def test_editions_are_rule_files_in_the_order_of_their_ids_and_cases_are_not(checkout: Path) -> None:
    assert list(edition_files()) == ["lights-2000", "stars-acute", "stars-care"]
    assert edition_files()["stars-care"] == checkout / "indicators" / "stars" / "stars-care.yaml"


def test_two_files_of_one_id_are_refused_with_both_paths(checkout: Path) -> None:
    second = touch(checkout / "indicators" / "stars" / "lights-2000.yaml")
    with pytest.raises(Refused) as refused:
        edition_files()
    (problem,) = refused.value.problems
    assert (problem.code, str(problem.at)) == ("duplicate-name", str(second))
    assert str(checkout / "indicators" / "lights" / "lights-2000.yaml") in problem.message


def test_an_id_finds_its_rule_file(checkout: Path) -> None:
    assert find_edition("stars-acute") == checkout / "indicators" / "stars" / "stars-acute.yaml"


def test_an_id_means_the_edition_whatever_the_current_folder_holds(checkout: Path) -> None:
    touch(Path("stars-acute", "mine.yaml"))
    assert find_edition("stars-acute") == checkout / "indicators" / "stars" / "stars-acute.yaml"
    assert find_edition("./stars-acute") == Path("stars-acute", "mine.yaml")


@pytest.mark.parametrize("name", ["rules.yaml", "rules.yml"])
def test_a_path_finds_the_file(checkout: Path, tmp_path: Path, name: str) -> None:
    file = touch(tmp_path / name)
    assert find_edition(str(file)) == file


def test_a_folder_finds_its_only_rule_file_beside_the_cases(checkout: Path) -> None:
    assert find_edition(str(checkout / "indicators" / "lights")).name == "lights-2000.yaml"


def test_a_folder_with_several_rule_files_lists_them(checkout: Path) -> None:
    code, text = refusal(str(checkout / "indicators" / "stars"))
    assert code == "which-methodology"
    assert "stars-acute.yaml, stars-care.yaml" in text


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ("stars-acutt", "unknown-methodology", f'No edition has this id. Did you mean "stars-acute"? {LISTING} {OWN}'),
        ("zzz", "unknown-methodology", f"No edition has this id. {LISTING} {OWN}"),
        (".", "unknown-methodology", f"The folder holds no rule file. {OTHER} {LISTING}"),
        ("mine.yaml", "no-such-file", f"There is no such rule file. Check the path. {LISTING}"),
        ("rules/stars", "no-such-file", f"There is no such rule file. Check the path. {LISTING}"),
    ],
)
def test_what_is_not_found_is_named_with_what_to_do(checkout: Path, given: str, code: str, says: str) -> None:
    assert refusal(given) == (code, f"{given}: {says}")


def test_an_empty_name_is_reported_at_the_option(checkout: Path) -> None:
    assert refusal("") == ("unknown-methodology", f"-m: No edition has this id. {LISTING} {OWN}")


def test_a_file_of_another_kind_is_no_rule_file(checkout: Path, tmp_path: Path) -> None:
    code, text = refusal(str(touch(tmp_path / "return.csv")))
    assert code == "wrong-kind-of-file"
    assert "ends in .yaml" in text


@pytest.mark.parametrize("given", ["x" * 5000, "a\0b"])
def test_a_name_that_no_system_can_hold_is_unknown(checkout: Path, given: str) -> None:
    assert refusal(given)[0] == "unknown-methodology"


def test_a_folder_that_may_not_be_read_says_so(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: Path) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "iterdir", denied)
    code, text = refusal(str(checkout / "indicators" / "lights"))
    assert code == "no-permission"
    assert "may not be read" in text


def test_the_beginning_of_an_id_is_enough_where_somebody_types_it(checkout: Path) -> None:
    acute = checkout / "indicators" / "stars" / "stars-acute.yaml"
    assert find_edition("stars-a") == find_edition("stars-acut") == acute
    with pytest.raises(Refused) as refused:
        find_edition("stars")
    [problem] = refused.value.problems
    assert (problem.code, problem.message) == ("which-methodology", "2 editions begin so: stars-acute and stars-care.")


def test_a_file_names_an_edition_in_full() -> None:
    """Editions are added, so that the beginning of an id may mean another one tomorrow."""
    with pytest.raises(Refused) as refused:
        find_edition("stars-acut", whole=True)
    assert refused.value.problems[0].code == "unknown-methodology"
