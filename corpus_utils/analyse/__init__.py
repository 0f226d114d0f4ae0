"""From labelled tables to numbers: each function returns a documented table, or rows of `findings`.

`adequacy` decides first what the corpus can carry; the analyses say it with every number.
"""
