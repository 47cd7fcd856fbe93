"""An Ogg Opus recording made by hand: real pages with real checksums, silence inside."""

_POLYNOMIAL = 0x04C11DB7


def _checksum(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = ((value << 1) ^ _POLYNOMIAL) & 0xFFFFFFFF if value & 0x80000000 else (value << 1) & 0xFFFFFFFF
    return value


def _page(number: int, position: int, packets: list[bytes], flags: int) -> bytes:
    head = b"OggS\x00" + bytes([flags]) + position.to_bytes(8, "little") + (7).to_bytes(4, "little") + number.to_bytes(4, "little")
    sizes = bytes([len(packets), *map(len, packets)])
    whole = head + bytes(4) + sizes + b"".join(packets)
    return head + _checksum(whole).to_bytes(4, "little") + sizes + b"".join(packets)


def opus(seconds: float, skipped: int = 312) -> bytes:
    """`seconds` of silence in frames of 20 ms; `skipped` samples at the beginning are not heard."""
    frames = round(seconds * 50)
    opening = b"OpusHead" + bytes([1, 1]) + skipped.to_bytes(2, "little") + (48000).to_bytes(4, "little") + bytes(3)
    pages = [_page(0, 0, [opening], 2), _page(1, 0, [b"OpusTags" + (4).to_bytes(4, "little") + b"test" + bytes(4)], 0)]
    for start in range(0, frames, 50):
        count = min(50, frames - start)
        last = start + count == frames
        position = (start + count) * 960 + (skipped if last else 0)
        pages.append(_page(len(pages), position, [b"\xf8\xff\xfe"] * count, 4 if last else 0))
    return b"".join(pages)
