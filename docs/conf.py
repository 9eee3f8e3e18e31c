"""The site: the Markdown pages as they lie in the repository, and their contents.

``tox -e docs`` builds it into ``build/site``. The repository's root is the source folder, so that a link from
one page to another is the same here as where the repository is shown. A new page of ``docs/`` takes its place
in the contents by itself; one anywhere else that nothing in ``CONTENTS`` names fails the build.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sphinx.application import Sphinx

from flake8_testhygiene import __version__

project = "flake8-testhygiene"
author = "The flake8-testhygiene team"
version = release = __version__

extensions = ["myst_parser"]
root_doc = "README"
include_patterns = ["*.md", "docs/**.md", "benchmarks/README.md"]
exclude_patterns = [".*", "build", "dist", "tests", "integration", "**/__pycache__"]
suppress_warnings: list[str] = []  # every warning is a fault of a page
nitpicky = True
myst_heading_anchors = 3
smartquotes = False

html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_use_index = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["tables.css"]

CONTENTS = """

```{toctree}
:hidden:
:glob:
:caption: Guide

docs/overview
docs/configuration
docs/silence
docs/*
```

```{toctree}
:hidden:
:glob:
:caption: Rules

docs/rules/*
```

```{toctree}
:hidden:
:glob:
:caption: Project

benchmarks/README
*
```
"""


def _add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """The README is the first page; where the repository is shown it needs no contents."""
    if page == root_doc:
        source[0] += CONTENTS


def _name_first_page(app: Sphinx, failure: Exception | None) -> None:
    """Web servers ask for ``index.html``."""
    if failure is None and app.builder.format == "html":
        site = Path(app.outdir)
        shutil.copyfile(site / f"{root_doc}.html", site / "index.html")


def setup(app: Sphinx) -> None:
    app.connect("source-read", _add_contents)
    app.connect("build-finished", _name_first_page)
