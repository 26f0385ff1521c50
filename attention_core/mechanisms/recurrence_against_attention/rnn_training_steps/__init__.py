"""How many steps of gradient descent a recurrence and attention need."""
