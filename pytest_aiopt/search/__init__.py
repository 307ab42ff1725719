"""The search engine: which program is changed next, what the model reads, how its reply is applied.

``settings`` and ``changes`` are plain data; everything else imports OpenEvolve (about a second), so
nothing is imported here.
"""
