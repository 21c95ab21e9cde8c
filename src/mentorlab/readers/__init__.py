"""Read answers, contact logs and applicants from plain CSV files."""

from .applicants import read_applicants
from .contacts import read_contacts
from .responses import read_responses

__all__ = ["read_applicants", "read_contacts", "read_responses"]
