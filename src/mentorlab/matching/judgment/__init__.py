"""How good an assignment is, how firm, and what people could gain by other means."""
