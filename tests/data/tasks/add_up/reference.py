import struct


def solve(request):
    numbers = struct.unpack(f"<{len(request) // 4}I", request)
    return struct.pack("<Q", sum(n * n for n in numbers) % 2**64)
