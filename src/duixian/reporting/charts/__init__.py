"""Charts of comparisons, rendered without a browser: strips, tile maps, slopes and trends."""
