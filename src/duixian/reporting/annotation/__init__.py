"""The annotated page: a document's text with every record highlighted where it stands."""

from duixian.reporting.annotation.page import AnnotatedDocument, annotated_page

__all__ = ["AnnotatedDocument", "annotated_page"]
