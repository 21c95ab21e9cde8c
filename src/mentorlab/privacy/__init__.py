"""Who is left out, who is removed, and what must not be shown."""

from .consent import follow_references, forget, leave_out_withdrawn, without_people

__all__ = ["follow_references", "forget", "leave_out_withdrawn", "without_people"]
