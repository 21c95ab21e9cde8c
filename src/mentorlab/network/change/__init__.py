"""Networks over time: growth, whom newcomers choose, whom one might suggest."""
