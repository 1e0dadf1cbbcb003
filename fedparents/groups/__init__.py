"""Groups of parents: who is in, who asks to be, who looks after whom, and who may know of it."""
