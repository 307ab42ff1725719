"""Other places for the same code and data: what a champion's speed must not depend on.

Where functions and tables lie decides which of them share cache sets and predictor entries. A layout puts
padding between the objects of a binary, in its code and in its data, and links them in another order.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

PADDING = "padding.s"
LAYOUTS = (1, 2, 3, 4, 5)
"""Those that champions are confirmed in."""

_CODE_STEP, _CODE_STEPS = 16, 256
_DATA_STEP, _DATA_STEPS = 64, 64
_SECTIONS = ((".text", _CODE_STEP, _CODE_STEPS), (".data", _DATA_STEP, _DATA_STEPS))


def padding(layout: int) -> str:
    """Return assembler text: some code and data that nothing uses; none for layout 0."""
    draw = random.Random(layout)
    skipped = [(section, step * draw.randrange(1, steps)) for section, step, steps in _SECTIONS]
    text = "".join(f"\t{section}\n\t.skip {size}, 0x90\n" for section, size in skipped if layout)
    return text + '\t.section .note.GNU-stack,"",@progbits\n'


def placed(objects: Sequence[str], layout: int) -> list[str]:
    """Return the objects in the link order of ``layout``, its padding in front; as they are for layout 0."""
    if not layout:
        return list(objects)
    return [PADDING, *random.Random(layout).sample(list(objects), len(objects))]
