"""Many documents and their records on disk: added once, kept whole, queried and searched.

::

    from duixian.corpus import Corpus

    corpus = Corpus("reports.corpus")
    corpus.add(["reports/"])
    corpus.figures(indicator="gdp", year=2024, status="target")

See :class:`duixian.corpus.store.Corpus`. Importing is cheap: Parquet, Polars, DuckDB and the search engine load when
first used.
"""

from duixian.corpus.errors import CorpusError, NoSuchNameError
from duixian.corpus.store import Corpus

__all__ = ["Corpus", "CorpusError", "NoSuchNameError"]
