#pragma once
#include <stddef.h>

/// One file of `web/`, as it was when this was compiled.
struct web_asset {
    /// Its path inside `web/`: `shared/socket.js`.
    const char *path;
    const unsigned char *bytes;
    size_t length;
};

/// Fills in the file at `index`, counted from 0. Returns 0 where there are no more, else 1.
int web_asset_at(size_t index, struct web_asset *asset);

/// How many bytes `web_gzip` may need for `length` bytes; 0 if it cannot work at all.
size_t web_gzip_bound(size_t length);

/// Compresses by gzip (RFC 1952), as small as it goes; the same bytes give the same result.
/// Returns the length of the result, or 0 if it does not fit or memory is short.
size_t web_gzip(const unsigned char *bytes, size_t length, unsigned char *result, size_t capacity);
