"""How the synthetic example program is made; run ``python tools/make_example_program.py``."""
