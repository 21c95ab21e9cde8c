"""Lines of mentors and mentees over generations."""
