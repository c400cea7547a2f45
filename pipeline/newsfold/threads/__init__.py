"""Threads: the stories of one running matter, over days and weeks."""
