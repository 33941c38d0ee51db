"""`wiring`: configuration -> live objects. `inside` is the program's side; it and its like alone know every room."""
