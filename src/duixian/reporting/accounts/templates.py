"""The templates of the outputs: where they lie, how a user gets a copy to change, what is said when one is broken."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from duixian.errors import TargetError
from duixian.reporting.output import output_error, write_whole

WORDS = "words.toml"
_SLOT = re.compile(r"\{(\w+)\}")
_LINE = re.compile(r"at line (\d+)")
_SHIPPED = resources.files(__package__).joinpath("templates")


class TemplateError(TargetError):
    """A template cannot be used. target: the file and the place in it."""


@dataclass(frozen=True)
class Templates:
    """The templates in a user's folder, and for what is not there those that come with Duixian."""

    folder: Path | None = None

    def __post_init__(self) -> None:
        if self.folder is not None and not self.folder.is_dir():
            raise TemplateError(str(self.folder), "没有这个模板文件夹", "请先用 duixian write templates 复制一份模板")

    def place(self, name: str) -> str:
        """The file as a user knows it."""
        own = self.folder / name if self.folder else None
        return str(own) if own is not None and own.is_file() else name

    def read(self, name: str) -> bytes:
        """The content of a template. Raises TemplateError."""
        own = self.folder / name if self.folder else None
        try:
            if own is not None and own.is_file():
                return own.read_bytes()
            return _SHIPPED.joinpath(name).read_bytes()
        except OSError as error:
            raise TemplateError(self.place(name), f"模板读不出来（{error.strerror or error}）", "请检查文件") from error

    def text(self, name: str) -> str:
        """The same as text. Raises TemplateError."""
        try:
            return self.read(name).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TemplateError(self.place(name), "不是 UTF-8 文字", "请用 UTF-8 编码保存") from error

    def data(self, name: str) -> Mapping[str, Any]:
        """A TOML file. Raises TemplateError with the line."""
        try:
            return tomllib.loads(self.text(name))
        except tomllib.TOMLDecodeError as error:
            found = _LINE.search(str(error))
            raise broken(self.place(name), int(found[1]) if found else None, str(error)) from error

    def exists(self, name: str) -> bool:
        """Whether there is such a template."""
        return (self.folder is not None and (self.folder / name).is_file()) or _SHIPPED.joinpath(name).is_file()


def broken(file: str, line: int | None, error: str, near: str = "") -> TemplateError:
    """The error for a template that does not work. near: words of the place, where there are no lines to count."""
    place = f"{file} 第{line}行" if line else file
    beside = f"（“{near}”附近）" if near else ""
    told = " ".join(error.split())[:200]
    return TemplateError(place + beside, f"模板有错：{told}", "请改正，或删去这个文件改用自带的模板")


def copy_to(folder: Path) -> list[str]:
    """Copy all templates into a folder, which is made. Files that are there already stay. Returns the new names.

    Raises OutputError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = sorted(file.name for file in _SHIPPED.iterdir() if file.name[0] not in "._")
    except OSError as error:
        raise output_error(str(folder), error) from error
    fresh = [name for name in names if not (folder / name).exists()]
    for name in fresh:
        write_whole(folder / name, _SHIPPED.joinpath(name).read_bytes())
    return fresh


class Wording:
    """The texts of one language from ``words.toml``, with the values of an output in their slots."""

    def __init__(self, templates: Templates, language: str, values: Mapping[str, Any]) -> None:
        self._place = templates.place(WORDS)
        data = templates.data(WORDS)
        self._texts: Mapping[str, Any] = data.get(language, {})
        self._values = values

    def label(self, code: object, family: str) -> str:
        """What a code is called; the code itself where it has no name."""
        return str(self._texts.get(family, {}).get(str(code), code))

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key such as "bulletin.intro", its slots filled. Raises TemplateError for an unknown one."""
        family, _, name = key.partition(".")
        text = self._texts.get(family, {}).get(name)
        if not isinstance(text, str):
            raise TemplateError(self._place, f"没有“{key}”这一条文字", "请补上，或删去这个文件改用自带的模板")
        return self.filled(text, **values)

    def filled(self, text: str, **values: object) -> str:
        """A text with its slots filled. Raises TemplateError for a slot of which nothing is known."""

        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name not in values and name not in self._values:
                raise TemplateError(self._place, f"“{text[:40]}”里的{{{name}}}没有对应的内容", "请改正花括号里的名称")
            return shown(values.get(name, self._values.get(name)))

        return _SLOT.sub(value, text)


def shown(value: object) -> str:
    """A value as text: numbers without needless digits, a dash for None."""
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)
