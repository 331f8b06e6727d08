"""A read model on the command line."""

import argparse

from engine.projection.contract import ReadModel
from ops.model_names import NoSuchModel, model_named


def read_model(text: str) -> ReadModel:
    """The read model of this name.

    Raises:
        argparse.ArgumentTypeError: there is none; says which was perhaps meant.
    """
    try:
        return model_named(text)
    except NoSuchModel as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None
