"""Builds the documentation: ``pip install -e ".[docs]" && sphinx-build -W docs build/docs``."""

from __future__ import annotations

import handfont

project = "handfont"
author = "The handfont authors"
release = handfont.__version__
extensions = [
    "myst_parser",
    "sphinx.ext.apidoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"handfont {release}"
html_show_copyright = False
apidoc_modules = [
    {
        "path": "../handfont",
        "destination": "api/",
        "separate_modules": True,
        "module_first": True,
        "implicit_namespaces": True,
        "automodule_options": {"members", "show-inheritance"},
    }
]
autodoc_member_order = "bysource"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
# Fields of several classes have one name: which one is meant does not matter to readers.
suppress_warnings = ["myst.header", "myst.xref_missing", "ref.python"]
