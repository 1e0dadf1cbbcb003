"""Every door that people come through: pages, mails, the command line; and what wires all of it."""
