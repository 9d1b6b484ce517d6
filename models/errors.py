"""What can go wrong with a model, each with what to do about it: foreign errors are mapped to these."""

from __future__ import annotations


class ModelError(Exception):
    """A detector cannot be opened or used; the message names the file or name and the remedy."""


class WeightsNotFoundError(ModelError):
    """No such weights in any of the searched folders."""


class WeightsAlteredError(ModelError):
    """A file that the manifest names does not have the digest that the manifest states."""


class ModelFileError(ModelError):
    """The file is not a network that can be run: damaged, not ONNX, or of an unsupported input."""


class UnknownLayoutError(ModelError):
    """The network's outputs are none of the known layouts."""


class UnknownLabelsError(ModelError):
    """Nothing says what the classes of a network are called."""


class BackendUnavailableError(ModelError):
    """The asked back end, device or precision is not there, or did something else than asked."""


class DownloadError(ModelError):
    """Weights could not be fetched: no address, no network, a refusal, or an answer that broke off."""
