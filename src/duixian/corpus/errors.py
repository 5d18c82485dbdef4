"""What can go wrong with a corpus, told as what, why and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from duixian.errors import TargetError


class CorpusError(TargetError):
    """A corpus cannot do what was asked; nothing in it has changed.

    target: the folder, file or words concerned. reason, remedy: in Chinese, as the user sees them.
    """


class NoSuchNameError(CorpusError):
    """No place, indicator, document or record of this name; ``nearest`` are those most like it."""

    def __init__(self, name: str, what: str, nearest: Sequence[str]) -> None:
        self.nearest = tuple(nearest)
        remedy = f"您要的也许是：{'、'.join(nearest)}" if nearest else "请检查写法"
        super().__init__(name, f"没有这个{what}", remedy)


def damaged(target: str, error: BaseException | str) -> CorpusError:
    """A file of the corpus does not hold what was written."""
    return CorpusError(
        target,
        f"语料库的这个文件缺失或已损坏（{str(error)[:160]}）",
        "请运行 corpus verify --repair，再重新添加列出的来源",
    )


@contextmanager
def reading(target: str) -> Iterator[None]:
    """Turn what libraries raise on damaged data files into :class:`CorpusError`."""
    try:
        yield
    except CorpusError:
        raise
    except Exception as error:
        # Arrow, Polars and DuckDB each have their own families of errors; all mean the same to the user here.
        raise damaged(target, " ".join(str(error).split())) from error
    except BaseException as error:
        # Where a file's footer promises more than the file holds, Polars panics, and its panic is not an Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(target, " ".join(str(error).split())) from error
