"""A table of one's own: from a CSV or Parquet file to one Parquet file, whose types are known."""
