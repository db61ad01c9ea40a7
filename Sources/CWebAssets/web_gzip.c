#include "web_assets.h"

#include <limits.h>
#include <zlib.h>

// The largest window, and 16 more for the header of gzip instead of zlib's.
static const int window_bits = 15 + 16;
static const int memory_level = 9;

static int begin(z_stream *stream) {
    *stream = (z_stream){0};
    return deflateInit2(stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY) == Z_OK;
}

size_t web_gzip_bound(size_t length) {
    z_stream stream;
    if (length > INT_MAX || !begin(&stream)) return 0;
    size_t bound = deflateBound(&stream, (uLong)length);
    deflateEnd(&stream);
    return bound;
}

size_t web_gzip(const unsigned char *bytes, size_t length, unsigned char *result, size_t capacity) {
    z_stream stream;
    if (length > INT_MAX || capacity > UINT_MAX || !begin(&stream)) return 0;
    stream.next_in = (unsigned char *)bytes;
    stream.avail_in = (uInt)length;
    stream.next_out = result;
    stream.avail_out = (uInt)capacity;
    int status = deflate(&stream, Z_FINISH);
    size_t written = status == Z_STREAM_END ? stream.total_out : 0;
    deflateEnd(&stream);
    return written;
}
