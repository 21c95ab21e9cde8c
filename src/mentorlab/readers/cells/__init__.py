"""From a file's bytes to cells of text, and from cells to dates and words: no format's own."""
