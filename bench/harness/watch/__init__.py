"""The machinery of bench/watch: the load, the watchers, what they cost and whether they tell the
truth."""
