"""Steps that remember how they were made: axes, expressions, operations, traces and gradients. Imports no layer."""
