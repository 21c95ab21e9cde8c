"""Plain CSV files: answers, whatever their layout and size, contacts, applicants and wishes."""

from .answers import read_csv
from .applicants import read_applicants
from .contacts import read_contacts
from .responses import read_responses
from .tables import read_table

__all__ = ["read_applicants", "read_contacts", "read_csv", "read_responses", "read_table"]
