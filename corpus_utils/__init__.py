"""Topic, sentiment and framing analyses of scraped news, as functions from tables to tables.

The rooms stand in the order data flows through them; each imports only what stands before it:

    load -> clean -> families -> sentences -> annotate -> analyse -> plot -> report -> site

`schema` says what every table holds. `lab` is what the notebooks use; `cli` is what the command line uses.
"""

__version__ = "0.1.0"
