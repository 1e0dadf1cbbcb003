"""Groups: finding and founding them, coming in, looking after them."""
