"""Who is tied to whom: likeness of tied people against an explicit null."""
