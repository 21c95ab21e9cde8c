"""Other forms of mentoring: circles, peers, groups, reverse, flash, projects, and the way there."""
