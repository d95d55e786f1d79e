"""The one kind of error that people see: its message says what is wrong, where, and what to do."""

from __future__ import annotations


class KgError(Exception):
    """Something that the person at the keyboard can put right; the command line prints it and ends with status 2."""
