"""Reports: blocks that notebooks display, the page made of them, execution, and publishing."""
