"""Recognition of scanned pages, when the user has installed it (the ``ocr`` extra)."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from duixian.documents.readers.columns import Run, reading_order

OCR_INSTALL = 'pip install "duixian[ocr]"'
# Pixels per point: 2.5 is 180 dpi, at which body text of 10 points is 25 pixels high.
_SCALE = 2.5
_MAX_PIXELS = 4000
_FAILURES = (ImportError, OSError, RuntimeError, ValueError)


@lru_cache(maxsize=1)
def recogniser() -> Any | None:
    """The recognition engine, loaded once; None when the extra is not installed."""
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        return None
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    try:
        engine = import_module("rapidocr").RapidOCR()
    except _FAILURES:  # installed but broken: the same as not installed, and the message says how to install it
        return None
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
    except _FAILURES:
        return ""
    finally:
        bitmap.close()
    if result is None or result.txts is None or result.boxes is None:
        return ""
    return "\n".join(_lines(result.boxes.tolist(), list(result.txts)))


def _lines(boxes: list[list[list[float]]], texts: list[str]) -> list[str]:
    """Put recognised pieces, given by their four corners in pixels from the top left, into the lines they read in.

    Pieces whose middles are level are one printed line; where the page has columns of prose, these are read one after
    the other instead.
    """
    runs: list[tuple[Run, str]] = []
    for corners, text in zip(boxes, texts, strict=False):
        xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
        runs.append((Run(min(xs), max(xs), -max(ys), -min(ys), 0, 0), text))
    runs.sort(key=lambda item: -item[0].top)
    lines: list[list[tuple[Run, str]]] = []
    for run, text in runs:
        middle = (run.top + run.bottom) / 2
        if lines and lines[-1][0][0].bottom < middle < lines[-1][0][0].top:
            lines[-1].append((run, text))
        else:
            lines.append([(run, text)])
    for line in lines:
        line.sort(key=lambda item: item[0].left)
    flat = [item for line in lines for item in line]
    order = reading_order([run for run, _ in flat])
    if order is not None:
        return [flat[i][1] for i in order]
    return [" ".join(text for _, text in line) for line in lines]
