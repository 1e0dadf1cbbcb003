"""Reading posts: home, a group, a thread; every list is cut to what its reader may see."""
