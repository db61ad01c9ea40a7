#pragma once
#include <stddef.h>
#include <stdint.h>

// An encoder of DEFLATE (RFC 1951) that takes its time, 10 ms for 22 kB in a release: it is meant for what is sent often.
// As in Google's Zopfli, the way to say the bytes in the fewest bits is a shortest path, and what its steps cost is
// learned from the path before.

enum {
    deflate_literals = 286,
    deflate_distances = 30,
    deflate_end = 256,
    deflate_shortest = 3,
    deflate_longest = 258,
    deflate_window = 32768,
};

/// A byte, or a match where `distance` is not 0.
struct deflate_command {
    /// The byte, or the length.
    uint16_t value;
    uint16_t distance;
};

/// What stands for a length or a distance: a symbol, and bits behind it.
struct deflate_symbol {
    unsigned symbol, extra_bits, extra;
};

struct deflate_symbol deflate_length_symbol(unsigned length);
struct deflate_symbol deflate_distance_symbol(unsigned distance);

/// One number for each symbol: how often it is used, or what it costs.
struct deflate_table {
    uint32_t literals[deflate_literals], distances[deflate_distances];
    /// Of the lengths and distances together, where it counts symbols.
    size_t extra_bits;
};

/// How often the commands of a block use each symbol.
void deflate_count(const struct deflate_command *commands, size_t count, struct deflate_table *counts);

/// The lengths of a best prefix code in which none is longer than `limit`, at most 15; 0 for what is not used.
void deflate_code_lengths(const uint32_t *counts, size_t size, unsigned limit, uint8_t *lengths);

/// The codes that belong to the lengths, in the order in which their bits are written.
void deflate_codes(const uint8_t *lengths, size_t size, uint16_t *codes);

/// For each position the matches worth a thought: the longest for each distance, the nearest for each length.
struct deflate_matches {
    struct deflate_command *all;
    /// Where in `all` those of a position begin, shorter ones first; one more than there are positions.
    uint32_t *first;
};

/// Returns 0 if memory is short. Free it by `deflate_free_matches` in any case.
int deflate_find_matches(const unsigned char *bytes, size_t length, struct deflate_matches *matches);
void deflate_free_matches(struct deflate_matches *matches);

/// What a symbol costs, in 4096ths of a bit, if it comes as often as `counts` says.
void deflate_costs(const struct deflate_table *counts, struct deflate_table *costs);

/// Where the cheapest way to a position comes from.
struct deflate_step {
    uint64_t cost;
    struct deflate_command command;
};

/// Writes the cheapest commands for the bytes from `from` to `to`. Returns how many: at most one for each byte.
/// `steps` has room for one more than that.
size_t deflate_parse(
    const unsigned char *bytes, size_t from, size_t to, const struct deflate_matches *matches,
    const struct deflate_table *costs, struct deflate_step *steps, struct deflate_command *commands);

/// Bits, the lowest of each byte first. What does not fit is only counted.
struct deflate_output {
    unsigned char *bytes;
    size_t capacity, bit_count;
};

/// How many bits it takes to write the commands as one block.
size_t deflate_block_bits(const struct deflate_command *commands, size_t count);
void deflate_write_block(
    struct deflate_output *output, const struct deflate_command *commands, size_t count, int is_last);

/// Compresses as small as it goes; the same bytes give the same result. Returns the length of the result, or 0 if it
/// does not fit or memory is short.
size_t deflate_bytes(const unsigned char *bytes, size_t length, unsigned char *result, size_t capacity);
