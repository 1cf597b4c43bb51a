"""jauap: the workbench of a government press office on social networks."""

__version__ = "0.1.0"
