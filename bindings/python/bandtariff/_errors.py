"""The package's own error."""

from __future__ import annotations

from ._core import Diagnostic


class PackError(ValueError):
    """A pack, a choice or a file that cannot be used, with everything that is wrong with it.

    `diagnostics` is the whole list in file order; the text of the error is how the command line prints it.
    """

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n" + "\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = diagnostics
