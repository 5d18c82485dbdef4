"""Old office formats (.doc, .wps, .rtf), turned into .docx by LibreOffice where that is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from duixian.documents.model import SourceText
from duixian.documents.readers.docx import read_docx
from duixian.errors import InputError

_PROGRAMS = ("soffice", "libreoffice")
_TIMEOUT_SECONDS = 120
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_office(data: bytes, name: str, suffix: str) -> SourceText:
    """Read a file of an old office format; ``suffix`` tells which (".doc", ".wps", ".rtf").

    Raises :class:`InputError` when LibreOffice is not installed or cannot read the file either.
    """
    if _ENCRYPTED in data:
        raise InputError(name, "文件加了密，需要密码才能打开", "请用密码打开，另存为不加密的 .docx 再读")
    program = next((path for path in map(shutil.which, _PROGRAMS) if path), None)
    if program is None:
        raise InputError(
            name,
            f"读 {suffix} 需要 LibreOffice，这台机器上没有装",
            "请安装 LibreOffice，或用 Word、WPS 另存为 .docx 再读",
        )
    source = read_docx(_convert(program, data, name, suffix), name)
    return replace(source, notes=(*source.notes, f"由 LibreOffice 从 {suffix} 转换而来"))


def _convert(program: str, data: bytes, name: str, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="duixian-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        # WPS files are Word files under another name; LibreOffice goes by the extension first.
        origin = place / f"input{'.doc' if suffix == '.wps' else suffix}"
        origin.write_bytes(data)
        # A profile of its own lets conversions run while the user has LibreOffice open, and beside each other.
        command = [
            program,
            f"-env:UserInstallation={(place / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            str(place / "out"),
            str(origin),
        ]
        try:
            subprocess.run(
                command, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False, stdin=subprocess.DEVNULL
            )
            return (place / "out" / "input.docx").read_bytes()
        except subprocess.TimeoutExpired as error:
            raise InputError(
                name, f"LibreOffice 转换超过 {_TIMEOUT_SECONDS} 秒没有完成", "请用 Word、WPS 另存为 .docx 再读"
            ) from error
        except OSError as error:
            raise InputError(
                name, f"LibreOffice 转换不了这个 {suffix} 文件，可能已损坏", "请用 Word、WPS 打开后另存为 .docx 再读"
            ) from error
