"""The documentation keeps up with the program."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import pytest
import typer.main

import duixian
from duixian.cli.application import application
from duixian.cli.language import LANGUAGES, Messages
from duixian.cli.overview import NAMES

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
COMMANDS = typer.main.get_command(application(Messages("zh"))).commands  # type: ignore[attr-defined]
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
_LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_a_page_that_names_every_option(name: str) -> None:
    page = (DOCS / "commands" / f"{name}.md").read_text("utf-8")
    assert f"[{name}](" in (DOCS / "commands" / "README.md").read_text("utf-8")
    within = getattr(COMMANDS[name], "commands", {})
    assert [each for each in within if f"{name} {each}" not in page] == []
    for parameter in (*COMMANDS[name].params, *(one for each in within.values() for one in each.params)):
        for option in (*parameter.opts, *parameter.secondary_opts):
            shown = parameter.metavar if parameter.param_type_name == "argument" else option
            assert f"`{shown}`" in page, f"{name}: {shown} is not documented"
        if parameter.metavar and parameter.param_type_name == "option":
            assert f"`{parameter.metavar}`" in page, f"{name}: the values of {parameter.name} are not documented"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_explains_itself_in_both_languages(language: str) -> None:
    commands = typer.main.get_command(application(Messages(language))).commands  # type: ignore[attr-defined]
    within = {
        f"{name} {each}": one for name in commands for each, one in getattr(commands[name], "commands", {}).items()
    }
    for name, command in (commands | within).items():
        assert command.help, name
        assert all(getattr(parameter, "help", None) for parameter in command.params), name


def test_the_overview_columns_are_documented() -> None:
    page = (DOCS / "commands" / "read.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}`" not in page] == []


def test_the_data_contract_is_what_the_program_writes() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write_contract.py"))
    page = (DOCS / "data-contract.md").read_text("utf-8")
    assert script["contract"](page) == page, "run: python scripts/write_contract.py"


def test_every_name_of_the_python_interface_is_documented() -> None:
    page = (DOCS / "python.md").read_text("utf-8")
    assert [name for name in duixian.__all__ if f"{name}" not in page] == []
    methods = [name for name in vars(duixian.Reading) if not name.startswith("_") and name != "document"]
    assert [name for name in methods if f".{name}" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_libraries_that_users_install_are_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    page = (DOCS / "design.md").read_text("utf-8")
    for dependency in project["dependencies"]:
        name = re.split(r"[<>=~! \[]", dependency, maxsplit=1)[0]
        assert f"| {name} |" in page, name


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == duixian.__version__
    assert f"## {duixian.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"[{name}](docs/commands/{name}.md)" not in readme] == []


def test_the_pages_of_users_show_every_picture_that_is_taken_and_no_other() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write_screenshots.py"))
    pages = [page.read_text("utf-8") for page in sorted((DOCS / "users").glob("*.md"))]
    shown = [name for page in pages for name in re.findall(r"!\[[^\]]+\]\(images/(\S+)\.png\)", page)]
    assert sorted(shown) == sorted(shot.name for shot in script["SHOTS"])
    pictures = {picture.stem: picture.stat().st_size for picture in (DOCS / "users" / "images").iterdir()}
    assert sorted(pictures) == sorted(shown)
    assert {name: size for name, size in pictures.items() if size > script["MOST_BYTES"]} == {}


def test_the_scripts_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for script in set(re.findall(r"sh (scripts/\S+\.sh)", readme)):
        assert (ROOT / script).exists()


def test_the_lock_holds_only_versions() -> None:
    lines = (ROOT / "requirements-dev.lock").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", pin) for pin in pins)
