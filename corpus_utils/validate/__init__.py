"""From a coded sample to numbers with their error attached: samples, sheets, agreement, accuracy and corrected figures.

    sample      units drawn with known inclusion probabilities, one blind sheet a coder, a sealed key
    agreement   how far coders agree, what to adjudicate, what to code again
    accuracy    precision, recall, calibration and tiers against the adjudicated codes
    estimates   shares and differences corrected by the sample, beside the naive ones
A project keeps each sample in `validation/NAME/` beside its corpus.toml.
"""
