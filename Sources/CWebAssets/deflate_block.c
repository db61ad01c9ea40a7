#include "deflate.h"

#include <string.h>

static unsigned highest_bit(unsigned number) { return 31 - (unsigned)__builtin_clz(number); }

struct deflate_symbol deflate_length_symbol(unsigned length) {
    if (length == deflate_longest) return (struct deflate_symbol){285, 0, 0};
    unsigned number = length - deflate_shortest;
    if (number < 8) return (struct deflate_symbol){257 + number, 0, 0};
    unsigned extra_bits = highest_bit(number) - 2;
    return (struct deflate_symbol){
        257 + 4 * extra_bits + (number >> extra_bits), extra_bits, number & ((1u << extra_bits) - 1)};
}

struct deflate_symbol deflate_distance_symbol(unsigned distance) {
    unsigned number = distance - 1;
    if (number < 4) return (struct deflate_symbol){number, 0, 0};
    unsigned extra_bits = highest_bit(number) - 1;
    return (struct deflate_symbol){
        2 * extra_bits + (number >> extra_bits), extra_bits, number & ((1u << extra_bits) - 1)};
}

void deflate_count(const struct deflate_command *commands, size_t count, struct deflate_table *counts) {
    *counts = (struct deflate_table){.literals[deflate_end] = 1};
    for (const struct deflate_command *command = commands; command < commands + count; command++) {
        if (command->distance == 0) {
            counts->literals[command->value]++;
        } else {
            struct deflate_symbol length = deflate_length_symbol(command->value);
            struct deflate_symbol distance = deflate_distance_symbol(command->distance);
            counts->literals[length.symbol]++;
            counts->distances[distance.symbol]++;
            counts->extra_bits += length.extra_bits + distance.extra_bits;
        }
    }
}

static void put(struct deflate_output *output, unsigned bits, unsigned count) {
    for (unsigned index = 0; index < count; index++, output->bit_count++) {
        if (output->bit_count / 8 >= output->capacity) continue;
        unsigned char *byte = &output->bytes[output->bit_count / 8];
        if (output->bit_count % 8 == 0) *byte = 0;
        *byte |= (bits >> index & 1) << output->bit_count % 8;
    }
}

enum { length_symbols = 19, repeat = 16, short_zeros = 17, long_zeros = 18 };

/// How the lengths of the codes are told: each by itself, or several equal ones by one symbol.
struct code_lengths {
    struct {
        uint8_t symbol, extra_bits, extra;
    } words[deflate_literals + deflate_distances];
    size_t count;
    uint32_t counts[length_symbols];
};

static void tell(struct code_lengths *told, unsigned symbol, unsigned extra_bits, size_t extra) {
    told->words[told->count].symbol = (uint8_t)symbol;
    told->words[told->count].extra_bits = (uint8_t)extra_bits;
    told->words[told->count++].extra = (uint8_t)extra;
    told->counts[symbol]++;
}

static size_t smaller(size_t one, size_t other) { return one < other ? one : other; }

/// Which symbols for several are used is said by the bits of `forms`.
static void tell_lengths(struct code_lengths *told, const uint8_t *lengths, size_t size, unsigned forms) {
    *told = (struct code_lengths){.count = 0};
    for (size_t index = 0; index < size;) {
        uint8_t length = lengths[index];
        size_t run = 1;
        while (index + run < size && lengths[index + run] == length) run++;
        index += run;
        if (length == 0) {
            while (forms & 1 && run >= 11) {
                size_t part = smaller(run, 138);
                tell(told, long_zeros, 7, part - 11);
                run -= part;
            }
            while (forms & 2 && run >= 3) {
                size_t part = smaller(run, 10);
                tell(told, short_zeros, 3, part - 3);
                run -= part;
            }
        } else if (forms & 4 && run >= 4) {
            tell(told, length, 0, 0);
            run--;
            while (run >= 3) {
                // Of seven or eight, one or two would be left: so these are halved.
                size_t part = run == 7 || run == 8 ? 4 : smaller(run, 6);
                tell(told, repeat, 2, part - 3);
                run -= part;
            }
        }
        while (run-- > 0) tell(told, length, 0, 0);
    }
}

static void write_told(struct deflate_output *output, const struct code_lengths *told) {
    static const uint8_t order[length_symbols] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[length_symbols];
    uint16_t codes[length_symbols];
    deflate_code_lengths(told->counts, length_symbols, 7, lengths);
    deflate_codes(lengths, length_symbols, codes);
    unsigned sent = length_symbols;
    while (sent > 4 && lengths[order[sent - 1]] == 0) sent--;
    put(output, sent - 4, 4);
    for (unsigned index = 0; index < sent; index++) put(output, lengths[order[index]], 3);
    for (size_t index = 0; index < told->count; index++) {
        unsigned symbol = told->words[index].symbol;
        put(output, codes[symbol], lengths[symbol]);
        put(output, told->words[index].extra, told->words[index].extra_bits);
    }
}

static void write_codes(struct deflate_output *output, const uint8_t *literals, const uint8_t *distances) {
    unsigned literal_count = deflate_literals, distance_count = deflate_distances;
    while (literal_count > 257 && literals[literal_count - 1] == 0) literal_count--;
    while (distance_count > 1 && distances[distance_count - 1] == 0) distance_count--;
    uint8_t lengths[deflate_literals + deflate_distances];
    memcpy(lengths, literals, literal_count);
    memcpy(lengths + literal_count, distances, distance_count);
    struct code_lengths told, best;
    size_t best_bits = SIZE_MAX;
    for (unsigned forms = 0; forms < 8; forms++) {
        tell_lengths(&told, lengths, literal_count + distance_count, forms);
        struct deflate_output counter = {0};
        write_told(&counter, &told);
        if (counter.bit_count >= best_bits) continue;
        best_bits = counter.bit_count;
        best = told;
    }
    put(output, literal_count - 257, 5);
    put(output, distance_count - 1, 5);
    write_told(output, &best);
}

/// What stands for the symbols of a block.
struct codes {
    uint8_t literal_lengths[deflate_literals], distance_lengths[deflate_distances];
    uint16_t literals[deflate_literals], distances[deflate_distances];
};

static void make_codes(const struct deflate_table *counts, struct codes *codes) {
    deflate_code_lengths(counts->literals, deflate_literals, 15, codes->literal_lengths);
    deflate_code_lengths(counts->distances, deflate_distances, 15, codes->distance_lengths);
    deflate_codes(codes->literal_lengths, deflate_literals, codes->literals);
    deflate_codes(codes->distance_lengths, deflate_distances, codes->distances);
}

static void write_head(struct deflate_output *output, const struct codes *codes, int is_last) {
    put(output, (unsigned)is_last, 1);
    put(output, 2, 2);
    write_codes(output, codes->literal_lengths, codes->distance_lengths);
}

size_t deflate_block_bits(const struct deflate_command *commands, size_t count) {
    struct deflate_table counts;
    struct codes codes;
    struct deflate_output counter = {0};
    deflate_count(commands, count, &counts);
    make_codes(&counts, &codes);
    write_head(&counter, &codes, 0);
    size_t bits = counter.bit_count + counts.extra_bits;
    for (unsigned symbol = 0; symbol < deflate_literals; symbol++) {
        bits += (size_t)counts.literals[symbol] * codes.literal_lengths[symbol];
    }
    for (unsigned symbol = 0; symbol < deflate_distances; symbol++) {
        bits += (size_t)counts.distances[symbol] * codes.distance_lengths[symbol];
    }
    return bits;
}

void deflate_write_block(
    struct deflate_output *output, const struct deflate_command *commands, size_t count, int is_last) {
    struct deflate_table counts;
    struct codes codes;
    deflate_count(commands, count, &counts);
    make_codes(&counts, &codes);
    write_head(output, &codes, is_last);
    for (const struct deflate_command *command = commands; command < commands + count; command++) {
        if (command->distance == 0) {
            put(output, codes.literals[command->value], codes.literal_lengths[command->value]);
            continue;
        }
        struct deflate_symbol length = deflate_length_symbol(command->value);
        struct deflate_symbol distance = deflate_distance_symbol(command->distance);
        put(output, codes.literals[length.symbol], codes.literal_lengths[length.symbol]);
        put(output, length.extra, length.extra_bits);
        put(output, codes.distances[distance.symbol], codes.distance_lengths[distance.symbol]);
        put(output, distance.extra, distance.extra_bits);
    }
    put(output, codes.literals[deflate_end], codes.literal_lengths[deflate_end]);
}
