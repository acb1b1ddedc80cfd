"""The machinery of bench/screen: a terminal, a user, what the screen costs."""
