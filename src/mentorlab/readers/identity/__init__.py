"""Who is who: columns that identify people, pseudonyms for them, and codes typed by hand."""
