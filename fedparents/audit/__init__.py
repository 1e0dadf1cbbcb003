"""The audit log: who did what when, and why in one code; never what was written."""
