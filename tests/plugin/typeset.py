"""What a LaTeX document prints."""

import re

COMMANDS = {
    "\\textless{}": "<",
    "\\textgreater{}": ">",
    "\\allowbreak{}": "",
    "\\_": "_",
    "\\%": "%",
    "{}": "",
}


def tables(text):
    """The tables by their captions: rows of texts."""
    found = {}
    for table in re.findall(r"\\begin\{longtable\}.*?\n(.*?)\\end\{longtable\}", text, re.DOTALL):
        caption, head, _, _, *rows = table.splitlines()
        title = re.match(r"\\caption\{(.*?)\}\\label", caption)[1]
        lines = [head.removeprefix("\\toprule ").removesuffix(" \\midrule \\endfirsthead"), *rows]
        found[title] = [[plain(each) for each in line.removesuffix(" \\\\").split(" & ")] for line in lines]
    return found


def plain(latex):
    """The text that LaTeX prints."""
    for command, text in COMMANDS.items():
        latex = latex.replace(command, text)
    return latex
