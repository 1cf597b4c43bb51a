"""Organisations as a tree, people, their roles, and the audit of what they did."""
