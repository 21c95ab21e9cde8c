"""Common factors behind items: how many, extracted, turned, and from ordered categories."""
