"""The vocabulary of methodologies: codes of labels and their names."""

NAMES = {
    "B": "batching",
    "C": "caching",
    "P": "precomputing",
    "D": "deferring",
    "R": "relaxation",
    "X": "contextualization",
    "H": "hardware",
    "L1": "layering-bypass",
    "L2": "layering-merge",
    "L3": "layering-split",
    "ALG": "algorithm",
    "PAR": "parallel",
    "LLM-micro": "micro",
}
"""Names of the methodologies by code, as raters use them: SysGPT's eight (OSDI'25) with layering split in
three, new algorithms, parallelism and small rewrites.
"""
