"""What all survey systems share: a reader makes a ``Survey``, and one pipeline reads it.

``model`` says what a survey is, ``request`` what a caller may ask, ``pipeline`` goes from the one
to the data model by the steps ``structure``, ``people``, ``items``, ``scales``, ``answers`` and
``ticks``.
"""
