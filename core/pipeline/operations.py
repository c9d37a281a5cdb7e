"""TensorFlow operations in the functions that a pipeline applies, by what they cost."""

from __future__ import annotations

from core.model.recorded_call import FunctionSeen

_COSTLY = (
    "Decode", "Encode", "Resize", "ReadFile", "ParseExample", "ParseSingleExample", "Conv2D",
    "Conv1D", "BatchMatMul", "MatMul", "FFT", "RFFT", "IFFT", "IRFFT", "ImageProjectiveTransform",
    "AudioSpectrogram", "Mfcc", "AdjustHue", "AdjustSaturation", "RGBToHSV", "HSVToRGB",
    "ScaleAndTranslate", "DepthwiseConv2d",
)  # fmt: skip

_ENCODES = ("EncodeJpeg", "EncodePng")
_CHEAPER = (
    (_ENCODES, "no encoding of images (adjust_jpeg_quality encodes and decodes each)"),
    (("DecodeJpeg",), "decode_jpeg with ratio, or decode_and_crop_jpeg, decodes less"),
    (("DecodePng", "DecodeBmp", "DecodeGif", "DecodeImage"), "smaller images in the files"),
    (("DecodeCompressed",), "data that are not compressed"),
    (
        ("ScaleAndTranslate", "ResizeBicubic", "ResizeArea"),
        "resize with bilinear and without antialias",
    ),
    (
        ("AdjustHue", "AdjustSaturation", "RGBToHSV", "HSVToRGB"),
        "hue and saturation in the model, or brightness and contrast in their place",
    ),
    (
        ("ImageProjectiveTransform", "Conv2D", "DepthwiseConv2d"),
        "rotations and filters of images in the model",
    ),
    (("FFT", "RFFT", "IFFT", "IRFFT", "AudioSpectrogram", "Mfcc"), "spectra in the model"),
)
"""Operations, and what costs less than they do."""


def costly_kinds(function: FunctionSeen | None) -> list[str]:
    """Types of its operations that take their time; empty where the function is not known."""
    kinds = () if function is None else function.kinds
    return [kind for kind in kinds if kind.startswith(_COSTLY)]


def cheaper_ways(function: FunctionSeen | None) -> list[str]:
    """What costs less than its operations do; empty where nothing is known of them."""
    kinds = () if function is None else function.kinds
    if any(kind.startswith(_ENCODES) for kind in kinds):
        # What it decodes then is what it has encoded.
        kinds = tuple(kind for kind in kinds if not kind.startswith("Decode"))
    return [words for costly, words in _CHEAPER if any(kind.startswith(costly) for kind in kinds)]
