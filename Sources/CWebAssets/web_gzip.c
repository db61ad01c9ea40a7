#include "web_assets.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "deflate.h"

/// RFC 1952 §2.3: DEFLATE with the best compression, and nothing known of time, name and system.
static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255};
enum { tail_length = 8 };

size_t web_gzip_bound(size_t length) {
    // No byte takes more than 15 bits, nor the codes of a block more than 400 bytes; there are at most two blocks.
    return length > INT_MAX / 4 ? 0 : sizeof head + length * 2 + 2 * 400 + tail_length;
}

static void write_number(unsigned char *place, uint32_t number) {
    for (int index = 0; index < 4; index++) place[index] = (unsigned char)(number >> 8 * index);
}

size_t web_gzip(const unsigned char *bytes, size_t length, unsigned char *result, size_t capacity) {
    size_t around = sizeof head + tail_length;
    if (length > INT_MAX / 4 || capacity < around) return 0;
    size_t written = deflate_bytes(bytes, length, result + sizeof head, capacity - around);
    if (written == 0) return 0;
    memcpy(result, head, sizeof head);
    unsigned char *tail = result + sizeof head + written;
    write_number(tail, (uint32_t)crc32(0, bytes, (uInt)length));
    write_number(tail + 4, (uint32_t)length);
    return around + written;
}
