"""No oracle: this program is only timed, against a variant of itself."""


def solve(request):
    """Not needed for timing."""
    raise ValueError("the power benchmark's program has no oracle")
