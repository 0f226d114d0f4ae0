"""The cells of an executed notebook as HTML: Markdown and outputs, by nbconvert with `template/cells.html.j2`; never code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from corpus_utils.plot.figure import MIME
from corpus_utils.report.assets import FOLDER
from corpus_utils.text import escape_html

if TYPE_CHECKING:
    from nbformat import NotebookNode


def cells_html(notebook: NotebookNode) -> str:
    """The cells as HTML, by nbconvert."""
    from nbconvert.exporters import TemplateExporter
    from traitlets import List

    from corpus_utils.report.markdown import to_html

    class PageExporter(TemplateExporter):
        """nbconvert with our one template and none of the folders of this machine."""

        output_mimetype = "text/html"
        template_paths = List([str(FOLDER)])

        def default_filters(self) -> Any:
            yield "cell_markdown", to_html
            yield "cell_output", output_html

    exporter = PageExporter(template_name="cells", template_file="cells.html.j2")
    body, _ = exporter.from_notebook_node(_stripped(notebook))
    return str(body)


def _stripped(notebook: NotebookNode) -> NotebookNode:
    """A copy of what the template needs: sources of Markdown cells and outputs. Code, metadata and times stay behind."""
    from nbformat import v4

    cells = []
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            cells.append(v4.new_markdown_cell(cell.source, id=f"cell-{number}"))
        elif cell.cell_type == "code" and "hide" not in cell.get("metadata", {}).get("tags", []):
            cells.append(v4.new_code_cell("", outputs=cell.get("outputs", []), id=f"cell-{number}"))
    return v4.new_notebook(cells=cells)


def output_html(output: Mapping[str, Any]) -> str:
    """One output of a code cell as HTML."""
    if output.get("output_type") == "stream":
        if output.get("name") == "stderr":
            return ""
        text = "".join(output.get("text", "")).strip()
        return f'<pre class="cu-text">{escape_html(text)}</pre>' if text else ""
    data = output.get("data", {})
    if MIME in data:
        return _drop_lab_style("".join(data.get("text/html", "")))
    if "application/vnd.jupyter.widget-view+json" in data:
        return '<p class="cu-empty">An interactive view stands here in the notebook; a page cannot carry it.</p>'
    for kind in ("image/svg+xml", "image/png", "image/jpeg"):
        if kind in data:
            return _picture(kind, "".join(data[kind]), output.get("metadata", {}))
    text = "".join(data.get("text/plain", "")).strip()
    return f'<pre class="cu-text">{escape_html(without_address(text))}</pre>' if text else ""


def without_address(text: str) -> str:
    """Text without memory addresses, which differ from run to run."""
    return re.sub(r"\s*\bat 0x[0-9a-fA-F]+", "", text)


def _picture(kind: str, content: str, metadata: Mapping[str, Any]) -> str:
    """A picture that is no `Figure`: shown, with the alt text of its metadata or the remark that there is none."""
    from corpus_utils.plot.figure import data_uri

    alt = str((metadata.get(kind) or {}).get("alt") or metadata.get("alt") or "A picture that the notebook does not describe")
    clean = re.sub(r"[^A-Za-z0-9+/=]", "", content)
    source = data_uri(content[max(content.find("<svg"), 0) :]) if kind == "image/svg+xml" else f"data:{kind};base64,{clean}"
    return f'<figure class="cu-figure"><img alt="{escape_html(alt)}" src="{source}"></figure>'


def _drop_lab_style(text: str) -> str:
    return re.sub(r'<style class="cu-lab">.*?</style>', "", text, flags=re.S)
