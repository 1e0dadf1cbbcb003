"""What towns say to each other, one file for each verb: how it arrives, and how it leaves."""
