"""Recognition of scanned pages, when the user has installed it (the ``ocr`` extra)."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

OCR_INSTALL = 'pip install "duixian[ocr]"'
# Pixels per point: 2.5 is 180 dpi, at which body text of 10 points is 25 pixels high.
_SCALE = 2.5
_MAX_PIXELS = 4000


@lru_cache(maxsize=1)
def recogniser() -> Any | None:
    """The recognition engine, loaded once; None when the extra is not installed."""
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        return None
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    engine = import_module("rapidocr").RapidOCR()
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return engine


def recognise(page: Any) -> str:
    """The text of a PDF page as recognised from its picture, one printed line a line; empty when there is none."""
    engine = recogniser()
    if engine is None:
        return ""
    scale = min(_SCALE, _MAX_PIXELS / max(page.get_width(), page.get_height(), 1))
    bitmap = page.render(scale=scale)
    try:
        result = engine(bitmap.to_numpy())
    finally:
        bitmap.close()
    if result is None or result.txts is None or result.boxes is None:
        return ""
    return "\n".join(_lines(result.boxes.tolist(), list(result.txts)))


def _lines(boxes: list[list[list[float]]], texts: list[str]) -> list[str]:
    """Put recognised pieces into printed lines: pieces whose middles are level belong together, from left to right."""
    pieces = []
    for corners, text in zip(boxes, texts, strict=False):
        ys = [corner[1] for corner in corners]
        pieces.append((min(ys), max(ys), min(corner[0] for corner in corners), text))
    pieces.sort()
    lines: list[list[tuple[float, float, float, str]]] = []
    for piece in pieces:
        middle = (piece[0] + piece[1]) / 2
        if lines and lines[-1][0][0] < middle < lines[-1][0][1]:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [" ".join(piece[3] for piece in sorted(line, key=lambda item: item[2])) for line in lines]
