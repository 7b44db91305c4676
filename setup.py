"""The packages there are, and the description for package indexes: README.md without what is only in the repository.

Everything else about the package stands in setup.cfg.
"""

import re
from pathlib import Path

from setuptools import find_packages, setup

readme = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
# Pictures, and links to files, are relative: they lead nowhere from the page of a package index.
described = re.sub(r"^!\[[^\]]*\]\((?!https?:)[^)]*\)\n\n?", "", readme, flags=re.MULTILINE)
described = re.sub(r"\[([^\]]+)\]\((?!https?:|#)[^)]*\)", r"\1", described)

setup(
    packages=[*find_packages(include=["handfont", "handfont.*"]), "handfont_styles", "handfont_templates"],
    long_description=described,
    long_description_content_type="text/markdown",
)
