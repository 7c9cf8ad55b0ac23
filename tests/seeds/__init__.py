"""The five tutorials as somebody following them would run them: their calls, order and printed lines."""
