"""Plain text: decode it, refuse what is no text, leave every line as it stands."""

from __future__ import annotations

import re

from duixian.documents.model import SourceText
from duixian.documents.readers.encoding import PLAUSIBLE, Decoded, decode, plausibility
from duixian.documents.readers.limits import TEXT_LIMIT_BYTES, too_large_text
from duixian.errors import InputError

_SAMPLE = 20_000
_NOISE = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
# Text whose share of control characters is above this is data of some program.
_NOISE_LIMIT = 0.05


def read_plain_text(data: bytes, name: str) -> SourceText:
    """Read a .txt; raises :class:`InputError` for an empty, binary, garbled or oversized one."""
    if len(data) > TEXT_LIMIT_BYTES:
        raise too_large_text(name, len(data))
    decoded = decoded_text(data, name)
    return SourceText(name, "txt", (decoded.text,), notes=decoded.notes)


def decoded_text(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """Decode the bytes of a text or HTML file, which must hold something readable."""
    if not data:
        raise InputError(name, "文件是空的", "请换一个有内容的文件")
    decoded = decode(data, declared)
    if decoded is not None and _is_garbled(decoded.text):
        raise InputError(name, "文字是乱码，曾用错误的编码转换过", "请用转换之前的原始文件")
    if decoded is None or _is_noise(decoded.text):
        raise InputError(
            name, "内容不是文字（可能是二进制文件或编码已损坏）", "请用原来的软件打开，另存为 UTF-8 编码的文本"
        )
    if not decoded.text.strip().strip("\ufeff\u200b"):
        raise InputError(name, "文件里只有空行，没有文字", "请换一个有内容的文件")
    return decoded


def _samples(text: str) -> str:
    """Beginning, middle and end, so that junk behind a readable head is seen too."""
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = len(text) // 2
    return text[:_SAMPLE] + text[middle : middle + _SAMPLE] + text[-_SAMPLE:]


def _is_noise(text: str) -> bool:
    sample = _samples(text)
    return len(_NOISE.findall(sample)) > _NOISE_LIMIT * max(len(sample), 1)


def _is_garbled(text: str) -> bool:
    """Whether this is UTF-8 that was once read as GB18030 (or lost its characters on such a way) and saved again."""
    sample = text[:_SAMPLE]
    if len(sample) > 40 and sample.count("锟斤拷") * 3 > len(sample) * 0.3:
        return True
    before = plausibility(sample)
    if before >= 1.25:
        return False
    try:
        # The last characters of a sample may be half of a pair, so a little is forgiven at its end.
        back = sample.encode("gb18030").decode("utf-8", "ignore")
    except UnicodeEncodeError:
        return False
    repaired = plausibility(back)
    if len(back) <= 8 or len(back) * 1.05 >= len(sample):
        return False
    return repaired >= 1 + PLAUSIBLE / 4 and repaired > before + 0.3
