"""Figures: every quantified statement of a document as one atomic row."""

from duixian.extraction.figures.find import find_figures

__all__ = ["find_figures"]
