"""What is checked of each outlet's crawl and of the night as a whole, and what is said of it."""
