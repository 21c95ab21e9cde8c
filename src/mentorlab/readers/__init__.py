"""Read answers, contact logs and applicants from the files that researchers have.

One module or folder a format (``qualtrics``, ``redcap``, ``spss``, ``limesurvey``,
``google_forms``, ``excel``, ``calendar``, ``contact_log``, ``plain``), and three that they share:
``cells`` (from bytes to text), ``identity`` (who is who, and what must not be read) and ``survey``
(from questions and answers to the data model). ``recognize`` tells formats apart; all give a
``ReadResult``, and ``joining`` makes one of several, and a program.
"""

from .calendar import read_calendar
from .contact_log import read_contact_log
from .excel import read_excel
from .google_forms import read_google_forms
from .identity.identifiers import IdentifierError, pseudonym
from .limesurvey import read_limesurvey
from .plain import read_applicants, read_contacts, read_csv, read_responses, read_table
from .qualtrics import read_qualtrics
from .read_result import ReadResult
from .recognize import read_any
from .redcap import read_redcap
from .spss import read_spss
from .survey.request import Details

__all__ = [
    "Details",
    "IdentifierError",
    "ReadResult",
    "pseudonym",
    "read_any",
    "read_applicants",
    "read_calendar",
    "read_contact_log",
    "read_contacts",
    "read_csv",
    "read_excel",
    "read_google_forms",
    "read_limesurvey",
    "read_qualtrics",
    "read_redcap",
    "read_responses",
    "read_spss",
    "read_table",
]
