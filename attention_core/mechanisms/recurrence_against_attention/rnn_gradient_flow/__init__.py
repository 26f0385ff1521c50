"""How far a gradient reaches back through a recurrence and through attention."""
