"""The whole pipeline, stage by stage: read, split and clean, then figures, commitments and projects.

    python -m benchmarks.pipeline FILE

runs it once in this process and prints seconds by stage and the peak of resident memory as JSON. The other benchmarks
start this as a child of its own, so that nothing else is in the memory that is measured.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Run:
    """seconds by stage; counts of documents and records; stages whose module is not there."""

    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def _function(module: str, name: str) -> Callable[..., Any] | None:
    try:
        return getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        return None


def run(data: bytes, name: str = "benchmark.txt") -> tuple[Run, list[Any]]:
    """Put the bytes of one text file through every stage; the run and all figures."""
    read_source = _function("duixian.documents.readers", "read_source")
    read_documents = _function("duixian.documents.pipeline", "read_documents")
    find_figures = _function("duixian.extraction.figures", "find_figures")
    find_commitments = _function("duixian.extraction.commitments", "find_commitments")
    find_projects = _function("duixian.extraction.projects", "find_projects")
    assert read_source is not None
    assert read_documents is not None

    result = Run()
    clock = time.perf_counter

    begun = clock()
    source = read_source(data, name)
    result.seconds["read"] = clock() - begun

    begun = clock()
    documents = list(read_documents(source))
    result.seconds["split and clean"] = clock() - begun
    result.counts["documents"] = len(documents)

    figures: list[tuple[Any, ...]] = [()] * len(documents)
    if find_figures is None:
        result.missing.append("figures")
    else:
        begun = clock()
        figures = [tuple(find_figures(document)) for document in documents]
        result.seconds["figures"] = clock() - begun
        result.counts["figures"] = sum(map(len, figures))
    if find_commitments is None:
        result.missing.append("commitments")
    else:
        begun = clock()
        commitments = [tuple(find_commitments(d, f)) for d, f in zip(documents, figures, strict=True)]
        result.seconds["commitments"] = clock() - begun
        result.counts["commitments"] = sum(map(len, commitments))
    if find_projects is None:
        result.missing.append("projects")
    else:
        begun = clock()
        projects = [tuple(find_projects(document)) for document in documents]
        result.seconds["projects"] = clock() - begun
        result.counts["projects"] = sum(map(len, projects))
    return result, [figure for some in figures for figure in some]


def peak_memory() -> float:
    """The most resident memory this process has held, in MB.

    Linux hands the peak of the parent on to ``ru_maxrss`` of a child, so the process's own mark is read where there is
    one.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def main(path: str) -> None:
    begun = time.perf_counter()
    result, _ = run(Path(path).read_bytes())
    report = {
        "seconds": result.seconds,
        "total": result.total,
        "with_imports": time.perf_counter() - begun,
        "counts": result.counts,
        "missing": result.missing,
        "peak_mb": peak_memory(),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1])
