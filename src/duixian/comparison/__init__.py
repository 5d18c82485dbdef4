"""Tables over records: places beside places, years beside years, promises beside results.

Everything here is a pure function over :class:`~duixian.comparison.reports.Report` objects; where they come from
(files, a corpus, the table that ships with the package) is no concern of this package.
"""
