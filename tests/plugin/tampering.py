"""Ways to change a stored journal, with the chain of its lines left broken or made anew."""

import hashlib
import json
import zlib


def lines_of(path):
    return path.read_bytes().splitlines()


def write(path, lines):
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def documents(path):
    return [json.loads(line) for line in lines_of(path)]


def at(path, kind, nth=0):
    """The line (from 1) of the nth event of a kind."""
    return [n for n, line in enumerate(documents(path), 1) if line["event"]["kind"] == kind][nth]


def rewrite(path, changed):
    """Write events with numbers, checksums, chain and head as an honest journal has them."""
    prev, lines = "", []
    for number, document in enumerate(changed, 1):
        event = json.dumps(document["event"], separators=(",", ":"), ensure_ascii=False).encode()
        outer = {**document, "n": number, "crc": zlib.crc32(event)}
        del outer["event"]
        outer.pop("prev", None)
        if prev:
            outer["prev"] = prev
        head = json.dumps(outer, separators=(",", ":")).encode()
        lines.append(head[:-1] + b',"event":' + event + b"}")
        prev = hashlib.sha256(lines[-1]).hexdigest()
    write(path, lines)
    path.with_suffix(".head").write_text(f"{len(lines):>12} {prev}\n")


def change(path, line, edit):
    """Apply ``edit`` to the event of a line, and cover it up."""
    changed = documents(path)
    edit(changed[line - 1]["event"])
    rewrite(path, changed)
