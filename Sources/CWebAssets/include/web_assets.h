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
