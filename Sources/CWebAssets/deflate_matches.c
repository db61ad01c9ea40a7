#include "deflate.h"

#include <stdlib.h>

enum { hash_bits = 15, most_tries = 4096 };

static size_t hash(const unsigned char *bytes) {
    uint32_t three = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
    return three * 2654435761u >> (32 - hash_bits);
}

static unsigned common(const unsigned char *one, const unsigned char *other, size_t most) {
    unsigned length = 0;
    while (length < most && one[length] == other[length]) length++;
    return length;
}

/// The positions before one whose next three bytes may be the same, each naming the one before it.
struct chains {
    /// Counted from 1.
    uint32_t last[1 << hash_bits];
    uint32_t *before;
};

static int add(struct deflate_matches *matches, size_t *count, size_t *room, struct deflate_command match) {
    if (*count == *room) {
        size_t more = *room * 2 + 1024;
        void *all = realloc(matches->all, more * sizeof *matches->all);
        if (all == NULL) return 0;
        matches->all = all;
        *room = more;
    }
    matches->all[(*count)++] = match;
    return 1;
}

static int find(
    const unsigned char *bytes, size_t length, struct chains *chains, struct deflate_matches *matches) {
    size_t count = 0, room = 0;
    for (size_t here = 0; here < length; here++) {
        matches->first[here] = (uint32_t)count;
        size_t most = length - here < deflate_longest ? length - here : deflate_longest;
        if (most < deflate_shortest) continue;
        uint32_t *last = &chains->last[hash(bytes + here)];
        unsigned best = deflate_shortest - 1;
        int tries = most_tries;
        for (uint32_t next = *last; next > 0 && here - (next - 1) <= deflate_window; next = chains->before[next - 1]) {
            if (best == most || tries-- == 0) break;
            size_t there = next - 1;
            if (bytes[there + best] != bytes[here + best]) continue;
            unsigned found = common(bytes + there, bytes + here, most);
            if (found <= best) continue;
            best = found;
            struct deflate_command match = {(uint16_t)found, (uint16_t)(here - there)};
            if (!add(matches, &count, &room, match)) return 0;
        }
        chains->before[here] = *last;
        *last = (uint32_t)here + 1;
    }
    matches->first[length] = (uint32_t)count;
    return 1;
}

int deflate_find_matches(const unsigned char *bytes, size_t length, struct deflate_matches *matches) {
    struct chains *chains = calloc(1, sizeof *chains);
    uint32_t *before = calloc(length + 1, sizeof *before);
    *matches = (struct deflate_matches){NULL, calloc(length + 1, sizeof *matches->first)};
    int is_done = 0;
    if (chains != NULL && before != NULL && matches->first != NULL) {
        chains->before = before;
        is_done = find(bytes, length, chains, matches);
    }
    free(before);
    free(chains);
    return is_done;
}

void deflate_free_matches(struct deflate_matches *matches) {
    free(matches->all);
    free(matches->first);
}
