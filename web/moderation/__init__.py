"""What pages, mails and notices about reports share: their words, and the links of their mails."""
