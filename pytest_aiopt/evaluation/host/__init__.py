"""The machine that measurements run on: cores, load, lock and fingerprint."""
