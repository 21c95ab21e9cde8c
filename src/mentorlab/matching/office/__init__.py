"""Work with people: lists and workbooks out, edits back in, and a record of every run."""
