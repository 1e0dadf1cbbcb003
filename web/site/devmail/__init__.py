"""Mails as a developer reads them, instead of a mailbox."""
