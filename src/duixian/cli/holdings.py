"""The reports that the comparing commands work on: out of files, out of a corpus, out of the included table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from duixian.cli.choices import wrong
from duixian.cli.session import Session
from duixian.comparison.reports import Report, report_of
from duixian.holdings import corpus_reports

# A folder with this file in it is a corpus.
_MARKER = "duixian-corpus.json"


def gathered(
    session: Session,
    paths: Sequence[str],
    included: int | None = None,
    *,
    years: Sequence[int] = (),
    status: str = "",
    region: str = "",
) -> list[Report]:
    """The reports under ``paths``, corpora among them, and those of the included table when it is asked for.

    years, status, region narrow what is loaded from a corpus: with a status only documents around the years (by
    default the latest) and no commitments or projects; with a region only its documents.
    """
    found: list[Report] = []
    if included is not None:
        found += _included(session, included)
    elif not paths:
        raise wrong(session.say("needs_paths"))
    files = [path for path in paths if not is_corpus(path)]
    for path in paths:
        if is_corpus(path):
            found += _of_corpus(session, path, years, status, region)
    if files:
        found += [report for _, report in session.each(files, report_of)]
    return found


def is_corpus(path: str) -> bool:
    """Whether a path is the folder of a corpus."""
    try:
        return (Path(path) / _MARKER).is_file()
    except (OSError, ValueError):
        return False


def _included(session: Session, year: int) -> Sequence[Report]:
    from duixian import facts

    if year not in facts.YEARS:
        years = ", ".join(map(str, facts.YEARS))
        raise wrong(session.say("bad_choice", option="--included", value=year, choices=years))
    return facts.reports(year)


def _of_corpus(session: Session, path: str, years: Sequence[int], status: str, region: str) -> list[Report]:
    from duixian.corpus import Corpus, CorpusError

    try:
        return corpus_reports(Corpus(path), years=years, status=status, region=region)
    except CorpusError as error:
        session.failures += 1
        reason, remedy = session.say.about_files(error.reason), session.say.about_files(error.remedy)
        session.print(session.say("failed", source=error.target, reason=reason, remedy=remedy))
        return []
