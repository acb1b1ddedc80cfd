"""The machinery of bench/snapshot: the load, the contenders, the rounds, the report."""
