"""Colours, type and sizes of every picture and page, for light and dark, in one place.

A drawing names its colours by role ("ink", "accent"); matplotlib draws each role in a sentinel colour, and the finished
SVG has every sentinel replaced by a CSS variable. One picture so serves both schemes. Contrast of text against paper is at
least 4.5 to 1 and of marks at least 3 to 1 in both schemes (a test computes this), and no distinction is made by hue alone.
"""

from __future__ import annotations

# role: (light, dark)
COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#15181c"),
    "ink": ("#1b1d20", "#eceae4"),
    "muted": ("#5b6168", "#a5abb3"),
    "rule": ("#c9cdd2", "#3b4148"),
    "grid": ("#e6e8eb", "#262b31"),
    "context": ("#868c93", "#80878f"),
    "accent": ("#0b5a8c", "#6fbdec"),
    "soft": ("#cfe2ee", "#1d3d52"),
    "faint": ("#f1f3f5", "#1f242a"),
    "warn": ("#8f4400", "#f0a35e"),
    # steps of one hue for tables of shares; on steps 0 to 2 text is ink, on 3 to 5 it is paper
    "heat0": ("#f5f8fa", "#1b2228"),
    "heat1": ("#dfecf4", "#1d3342"),
    "heat2": ("#bcd8e8", "#1f4a64"),
    "heat3": ("#2f7cab", "#5aa5d2"),
    "heat4": ("#17628f", "#7dc0e8"),
    "heat5": ("#0a466d", "#a5d6f4"),
}
HEAT_STEPS = 6
HEAT_DARK_FROM = 3  # from this step on the number in the cell is drawn in the colour of the paper

SANS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans','Liberation Sans','DejaVu Sans',sans-serif"

SIZES = {"wide": 720, "narrow": 360, "mini": 240}  # widths in px
TEXT = 13.0  # px: labels
SMALL = 11.5  # px: axes and notes


def sentinel(role: str) -> str:
    """The colour matplotlib draws a role in; unique, and never meant to be seen."""
    return f"#01{list(COLOURS).index(role):02x}fe"


def variables(scheme: int) -> str:
    """CSS declarations of all roles for scheme 0 (light) or 1 (dark)."""
    return "".join(f"--{role}:{pair[scheme]};" for role, pair in COLOURS.items())


def svg_style(used: set[str]) -> str:
    """The style sheet inside a picture: only the roles it uses."""
    light, dark = ("".join(f"--{r}:{COLOURS[r][s]};" for r in COLOURS if r in used) for s in (0, 1))
    return f"svg{{{light}font-family:{SANS}}}path{{fill:none}}@media(prefers-color-scheme:dark){{svg{{{dark}}}}}"
