"""Pages of asks and offers: what there is, what one has oneself, and what exactly it is."""
