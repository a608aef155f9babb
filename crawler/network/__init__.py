"""How requests travel: names to public addresses, bounded answers, a host left alone after trouble, failures in words."""
