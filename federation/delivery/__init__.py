"""Deliveries: what leaves for other towns, kept until each of them has it or a week is over.

`queue` takes an activity in the commit that made it true, after the border has looked at it. The
`carrier` leases towns, not letters: what waits for a town that does not answer costs one row to
look at, however long the queue is, and nobody else waits for it: `leasing` says which and what is
in a round, `knocking` hands it over, `settling` writes down what came of it. What an answer means,
and when a town is tried again, is decided in `states`, which touches nothing.
"""
