"""Records become what people open: tables, workbooks, and pages that show every record in its text."""
