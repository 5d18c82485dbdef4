"""Duixian 兑现: turns the words of government into an account that is kept.

The whole of the Python interface::

    import duixian

    for doc in duixian.read("reports/"):
        print(doc.record.title, len(doc.figures()))

See :mod:`duixian.api`. Heavy libraries are loaded only when a file is read, so importing costs little.
"""

from duixian.api import Reading, extract, read, read_text
from duixian.errors import DuixianError, InputError, OutputError
from duixian.records import Commitment, DocumentRecord, Evidence, Figure, Project, Record

__version__ = "0.1.0"

__all__ = [
    "Commitment",
    "DocumentRecord",
    "DuixianError",
    "Evidence",
    "Figure",
    "InputError",
    "OutputError",
    "Project",
    "Reading",
    "Record",
    "__version__",
    "extract",
    "read",
    "read_text",
]
