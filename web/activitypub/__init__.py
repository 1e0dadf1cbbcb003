"""What other servers ask this place for: who is here, and what they may know of them."""
