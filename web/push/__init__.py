"""Web Push: messages that wake a phone, sealed so that whoever carries them reads nothing."""
