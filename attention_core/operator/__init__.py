"""The ONNX operator `Attention` as one call on arrays."""
