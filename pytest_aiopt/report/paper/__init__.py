"""The report as LaTeX and PDF: methods, results, figures, and an appendix on what was run."""
