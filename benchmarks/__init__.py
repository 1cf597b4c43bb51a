"""What jauap costs and how fast it is: `make bench`, or `python -m benchmarks NAME ...`.

Every figure is a ratio of two times taken in one run on one machine; absolute times stand beside it for
orientation. Nothing here decides a test. docs/benchmarks.md says what is measured, and how it came out.
"""
