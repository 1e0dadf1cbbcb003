"""What makes the place installable on a phone: manifest, service worker, offline page."""
