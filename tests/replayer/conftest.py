"""The notebook and the desk of the projection's tests serve here too."""

from tests.projection.conftest import desk, notebook

__all__ = ["desk", "notebook"]
