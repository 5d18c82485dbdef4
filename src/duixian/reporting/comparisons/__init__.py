"""Comparisons as rows with stable names, as workbooks and as pages."""
