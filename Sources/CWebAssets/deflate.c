#include "deflate.h"

#include <stdlib.h>
#include <string.h>

enum { rounds = 6, places = 24, least_commands = 100 };

struct encoder {
    const unsigned char *bytes;
    struct deflate_matches matches;
    struct deflate_step *steps;
    struct deflate_command *tried;
};

struct block {
    struct deflate_command *commands;
    size_t count, bits;
};

/// What symbols cost decides about the commands, and those about the costs: so several times, and the best is kept.
/// `counts` is a first guess. Returns 0 if memory is short; `block->commands` has to be freed in any case.
static int make_block(
    struct encoder *encoder, size_t from, size_t to, struct deflate_table counts, struct block *block) {
    *block = (struct block){malloc((to - from + 1) * sizeof *block->commands), 0, SIZE_MAX};
    if (block->commands == NULL) return 0;
    for (int round = 0; round < rounds; round++) {
        struct deflate_table costs;
        deflate_costs(&counts, &costs);
        size_t count =
            deflate_parse(encoder->bytes, from, to, &encoder->matches, &costs, encoder->steps, encoder->tried);
        size_t bits = deflate_block_bits(encoder->tried, count);
        if (bits < block->bits) {
            block->bits = bits;
            block->count = count;
            memcpy(block->commands, encoder->tried, count * sizeof *block->commands);
        }
        deflate_count(encoder->tried, count, &counts);
    }
    return 1;
}

/// After how many commands a second block had best begin, if the commands stay as they are: looked for at some places,
/// then nearer and nearer around the best of them.
static size_t best_middle(const struct deflate_command *commands, size_t count) {
    size_t first = least_commands, last = count - least_commands, best = first, best_bits = SIZE_MAX;
    size_t from = first, to = last;
    for (size_t step = (to - from) / places + 1;; step = step / places + 1) {
        for (size_t place = from; place <= to; place += step) {
            size_t bits = deflate_block_bits(commands, place) + deflate_block_bits(commands + place, count - place);
            if (bits >= best_bits) continue;
            best_bits = bits;
            best = place;
        }
        if (step == 1) return best;
        from = best - first > step ? best - step : first;
        to = last - best > step ? best + step : last;
    }
}

static size_t byte_count(const struct deflate_command *commands, size_t count) {
    size_t bytes = 0;
    for (size_t index = 0; index < count; index++) bytes += commands[index].distance > 0 ? commands[index].value : 1;
    return bytes;
}

/// Makes two blocks of one. Returns 0 if memory is short.
static int halve(struct encoder *encoder, size_t length, const struct block *whole, struct block *halves) {
    size_t count = best_middle(whole->commands, whole->count);
    size_t middle = byte_count(whole->commands, count);
    struct deflate_table first, second;
    deflate_count(whole->commands, count, &first);
    deflate_count(whole->commands + count, whole->count - count, &second);
    return make_block(encoder, 0, middle, first, &halves[0])
        && make_block(encoder, middle, length, second, &halves[1]);
}

static int encode(struct encoder *encoder, size_t length, struct deflate_output *output) {
    // To begin with, all symbols of a kind cost the same.
    struct deflate_table counts;
    for (size_t symbol = 0; symbol < deflate_literals; symbol++) counts.literals[symbol] = 1;
    for (size_t symbol = 0; symbol < deflate_distances; symbol++) counts.distances[symbol] = 1;
    struct block whole, halves[2] = {0};
    int is_done = make_block(encoder, 0, length, counts, &whole);
    int is_long = is_done && whole.count >= 4 * least_commands;
    if (is_long) is_done = halve(encoder, length, &whole, halves);
    if (is_done && is_long && halves[0].bits + halves[1].bits < whole.bits) {
        // Scripts and style sheets in one file: each has codes of its own.
        deflate_write_block(output, halves[0].commands, halves[0].count, 0);
        deflate_write_block(output, halves[1].commands, halves[1].count, 1);
    } else if (is_done) {
        deflate_write_block(output, whole.commands, whole.count, 1);
    }
    free(halves[1].commands);
    free(halves[0].commands);
    free(whole.commands);
    return is_done;
}

size_t deflate_bytes(const unsigned char *bytes, size_t length, unsigned char *result, size_t capacity) {
    struct encoder encoder = {
        .bytes = bytes,
        .steps = malloc((length + 1) * sizeof *encoder.steps),
        .tried = malloc((length + 1) * sizeof *encoder.tried),
    };
    struct deflate_output output = {result, capacity, 0};
    int is_done = deflate_find_matches(bytes, length, &encoder.matches) && encoder.steps != NULL
        && encoder.tried != NULL && encode(&encoder, length, &output);
    deflate_free_matches(&encoder.matches);
    free(encoder.tried);
    free(encoder.steps);
    size_t written = (output.bit_count + 7) / 8;
    return is_done && written <= capacity ? written : 0;
}
