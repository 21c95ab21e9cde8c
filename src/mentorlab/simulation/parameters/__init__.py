"""What the model assumes (uncertainties) and what a program decides (levers)."""

from .benefit import Benefit
from .closing import Closing
from .elements import Elements
from .levers import Levers
from .load import Load
from .meetings import Meetings
from .pairing import Pairing
from .people import People
from .phases import Phases
from .queueing import Queueing
from .rating import Rating

__all__ = [
    "Benefit",
    "Closing",
    "Elements",
    "Levers",
    "Load",
    "Meetings",
    "Pairing",
    "People",
    "Phases",
    "Queueing",
    "Rating",
]
