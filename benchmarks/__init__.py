"""Quality against public hand-labelled data, and speed against named peers in the same run. Not part of the package."""
