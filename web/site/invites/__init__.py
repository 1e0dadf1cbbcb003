"""Invitations: links, QR codes and posters that bring neighbours in."""
