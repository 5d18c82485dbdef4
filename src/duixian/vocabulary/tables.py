"""Read a table of the vocabulary: the one that ships, with the user's own lines added.

A user keeps TOML files of the same names (``indicators.toml``, ``units.toml``, ``verbs.toml`` …) in folders of
their own and names the folders in the environment variable ``DUIXIAN_VOCABULARY`` (several are separated like
paths in ``PATH``). Lists are lengthened, tables are merged, single values replaced.
"""

from __future__ import annotations

import os
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from duixian.errors import InputError

VARIABLE = "DUIXIAN_VOCABULARY"


def own_folders() -> tuple[Path, ...]:
    """The folders of the user's own vocabulary, in the order in which they apply."""
    return tuple(Path(name) for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name)


def read_table(name: str) -> dict[str, Any]:
    """The table ``name`` (without ".toml") as plain data.

    Raises :class:`InputError` that names the user's file when it is no TOML or does not fit the shipped table.
    """
    table = tomllib.loads((resources.files("duixian.vocabulary") / "data" / f"{name}.toml").read_text("utf-8"))
    for folder in own_folders():
        if not folder.is_dir():
            raise InputError(str(folder), f"{VARIABLE} 指定的词表文件夹不存在", "请改正路径，或取消这个环境变量")
        file = folder / f"{name}.toml"
        if not file.is_file():
            continue
        try:
            own = tomllib.loads(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(str(file), f"词表读不了（{error}）", "请按 TOML 格式改正，编码用 UTF-8") from error
        _merge(table, own, file, ())
    return table


def _merge(table: dict[str, Any], own: dict[str, Any], file: Path, place: tuple[str, ...]) -> None:
    for key, value in own.items():
        known = table.get(key)
        if isinstance(known, str) and "\n" in known and isinstance(value, str):
            # Long lists of words are written as text, words apart.
            table[key] = known + "\n" + value
        elif known is not None and (isinstance(known, list | dict) or isinstance(value, list | dict)):
            if type(known) is not type(value):
                where = ".".join((*place, key))
                raise InputError(str(file), f"“{where}”的写法和自带的词表不一样", "请照自带词表同名的一项改写")
            if isinstance(known, list):
                known.extend(entry for entry in value if entry not in known)
            else:
                _merge(known, value, file, (*place, key))
        else:
            table[key] = value
