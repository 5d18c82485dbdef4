"""The workbench: a web face over the corpus and the account book. Loaded by ``duixian serve`` alone."""
