"""How well items measure an element: reliability, item analysis, structure."""
