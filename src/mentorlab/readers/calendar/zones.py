"""Time zones as calendars name them: by the IANA, or as Outlook does."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

UTC = "UTC"
OUTLOOK: dict[str, str] = {
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Arab Standard Time": "Asia/Riyadh",
    "Arabian Standard Time": "Asia/Dubai",
    "Atlantic Standard Time": "America/Halifax",
    "Central America Standard Time": "America/Guatemala",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Central Standard Time": "America/Chicago",
    "China Standard Time": "Asia/Shanghai",
    "E. Africa Standard Time": "Africa/Nairobi",
    "E. Australia Standard Time": "Australia/Brisbane",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Eastern Standard Time": "America/New_York",
    "Egypt Standard Time": "Africa/Cairo",
    "FLE Standard Time": "Europe/Kyiv",
    "GMT Standard Time": "Europe/London",
    "GTB Standard Time": "Europe/Bucharest",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "India Standard Time": "Asia/Kolkata",
    "Israel Standard Time": "Asia/Jerusalem",
    "Korea Standard Time": "Asia/Seoul",
    "Mountain Standard Time": "America/Denver",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Pacific Standard Time": "America/Los_Angeles",
    "Romance Standard Time": "Europe/Paris",
    "Russian Standard Time": "Europe/Moscow",
    "SA Pacific Standard Time": "America/Bogota",
    "SE Asia Standard Time": "Asia/Bangkok",
    "Singapore Standard Time": "Asia/Singapore",
    "South Africa Standard Time": "Africa/Johannesburg",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Turkey Standard Time": "Europe/Istanbul",
    "W. Central Africa Standard Time": "Africa/Lagos",
    "W. Europe Standard Time": "Europe/Berlin",
}


def zone_info(name: str) -> ZoneInfo | None:
    """Give a time zone by its name; ``None`` if nobody knows it.

    Examples
    --------
    >>> zone_info("W. Europe Standard Time").key, zone_info("Nowhere/At all")
    ('Europe/Berlin', None)
    """
    try:
        return ZoneInfo(OUTLOOK.get(name, name))
    except (KeyError, ValueError, OSError, TypeError):
        return None


def convert(at: datetime, source: str, target: str) -> datetime | None:
    """Give wall-clock time in another zone; ``None`` if one of them is not known.

    Examples
    --------
    >>> convert(datetime(2026, 7, 1, 12), "UTC", "Europe/Oslo").hour
    14
    """
    if source == target:
        return at
    here, there = zone_info(source), zone_info(target)
    if not source or not target or here is None or there is None:
        return None
    return at.replace(tzinfo=here).astimezone(there).replace(tzinfo=None)
