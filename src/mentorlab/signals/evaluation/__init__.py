"""How well a detector would have done: weekly lists at a fixed budget, without looking ahead."""
