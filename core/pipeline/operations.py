"""TensorFlow operations in the functions that a pipeline applies, by what they cost."""

from __future__ import annotations

from core.model.recorded_call import FunctionSeen

_COSTLY = (
    "Decode", "Resize", "ReadFile", "ParseExample", "ParseSingleExample", "Conv2D", "Conv1D",
    "BatchMatMul", "MatMul", "FFT", "RFFT", "IFFT", "IRFFT", "ImageProjectiveTransform",
    "AudioSpectrogram", "Mfcc", "AdjustHue", "AdjustSaturation", "RGBToHSV", "HSVToRGB",
)  # fmt: skip


def costly_kinds(function: FunctionSeen | None) -> list[str]:
    """Types of its operations that take their time; empty where the function is not known."""
    kinds = () if function is None else function.kinds
    return [kind for kind in kinds if kind.startswith(_COSTLY)]
