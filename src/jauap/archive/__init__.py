"""Every post and message ever seen, as columns: Parquet files by organisation and month.

`pyarrow` and `duckdb` are loaded when a file is first written or read, not when the web starts.
"""
