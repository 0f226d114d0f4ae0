"""The page kept beside a broken notebook: what failed, where, and what to do, readable without JupyterLab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus_utils.text import escape_html

_NEXT = {
    "deadline": "Raise `deadline` under [reports] in corpus.toml, or make the notebook do less.",
    "kernel died": "The system ends a process that takes too much memory. Run the notebook in JupyterLab and watch its memory.",
    "worker died": "The system ends a process that takes too much memory. The log beside this page may say more.",
    "page": "The notebook ran to its end; its page could not be made of it. The text below says why.",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "pre{overflow-x:auto;padding:.75rem;border:1px solid #8888}h1{line-height:1.2}"
)


def error_page(name: str, title: str, parameters: Mapping[str, Any], error: Mapping[str, Any]) -> str:
    """One self-contained page without scripts. `error` has kind, message, cell, source and traceback."""
    where = f" in code cell {error['cell']}" if error.get("cell") else ""
    advice = _NEXT.get(str(error.get("kind")), "Open the notebook in JupyterLab, run it from the top and mend the cell named above.")
    given = "".join(f"<li><code>{escape_html(f'{key} = {value!r}')}</code></li>" for key, value in sorted(parameters.items()))
    parts = [
        f"<h1>This report failed: {escape_html(title or name)}</h1>",
        f"<p><strong>{escape_html(str(error.get('message', 'unknown')))}</strong>{where}.</p>",
        f"<p>{escape_html(advice)} The last good version of the report stays on the site.</p>",
        f"<h2>Cell</h2><pre>{escape_html(str(error['source']))}</pre>" if error.get("source") else "",
        f"<h2>Parameters</h2><ul>{given}</ul>" if given else "",
        f"<h2>Traceback</h2><pre>{escape_html(str(error['traceback']))}</pre>" if error.get("traceback") else "",
        f"<p>Beside this page: <code>{escape_html(name)}.ipynb</code>, the notebook as far as it ran, "
        f"and <code>{escape_html(name)}.log</code>.</p>",
    ]
    return _page(f"Failed: {title or name}", parts)


def missing_page(title: str, why: str) -> str:
    """What stands in a run for a report that has no page yet, so that no link leads into nothing. `why` is empty where it was not tried."""
    said = f"It failed: {why}." if why else "It has not been built yet."
    parts = [f"<h1>{escape_html(title)}</h1>", f"<p>There is no page of this report. {escape_html(said)}</p>"]
    return _page(title, [*parts, '<p><a href="../../index.html">All reports</a></p>'])


def _page(title: str, parts: list[str]) -> str:
    csp = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{csp}"><meta name="viewport" content="width=device-width">'
        f"<title>{escape_html(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n<main>\n{chr(10).join(part for part in parts if part)}\n</main>\n</body></html>\n"
    )
