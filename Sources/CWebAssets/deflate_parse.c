#include "deflate.h"

#include <string.h>

/// 4096 times the binary logarithm.
static uint32_t logarithm(uint32_t number) {
    unsigned whole = 31 - (unsigned)__builtin_clz(number);
    uint64_t mantissa = ((uint64_t)number << 31) >> whole;
    uint32_t result = whole;
    for (int bit = 0; bit < 12; bit++) {
        mantissa = mantissa * mantissa >> 31;
        result = result << 1 | (uint32_t)(mantissa >> 32);
        if (mantissa >> 32) mantissa >>= 1;
    }
    return result;
}

static void costs_of(const uint32_t *counts, size_t size, uint32_t *costs) {
    uint32_t total = 0;
    for (size_t symbol = 0; symbol < size; symbol++) total += counts[symbol];
    uint32_t most = logarithm(total > 0 ? total : 1);
    for (size_t symbol = 0; symbol < size; symbol++) {
        costs[symbol] = counts[symbol] > 0 ? most - logarithm(counts[symbol]) : most;
    }
}

void deflate_costs(const struct deflate_table *counts, struct deflate_table *costs) {
    costs_of(counts->literals, deflate_literals, costs->literals);
    costs_of(counts->distances, deflate_distances, costs->distances);
}

static uint32_t cost(struct deflate_symbol symbol, const uint32_t *costs) {
    return costs[symbol.symbol] + (symbol.extra_bits << 12);
}

static void offer(struct deflate_step *step, uint64_t cost, struct deflate_command command) {
    if (cost < step->cost) *step = (struct deflate_step){cost, command};
}

size_t deflate_parse(
    const unsigned char *bytes, size_t from, size_t to, const struct deflate_matches *matches,
    const struct deflate_table *costs, struct deflate_step *steps, struct deflate_command *commands) {
    uint32_t length_costs[deflate_longest + 1];
    for (unsigned length = deflate_shortest; length <= deflate_longest; length++) {
        length_costs[length] = cost(deflate_length_symbol(length), costs->literals);
    }
    for (size_t index = 0; index <= to - from; index++) steps[index].cost = UINT64_MAX;
    steps[0].cost = 0;
    for (size_t here = from; here < to; here++) {
        struct deflate_step *step = &steps[here - from];
        offer(step + 1, step->cost + costs->literals[bytes[here]], (struct deflate_command){bytes[here], 0});
        unsigned length = deflate_shortest;
        for (uint32_t index = matches->first[here]; index < matches->first[here + 1]; index++) {
            struct deflate_command match = matches->all[index];
            uint64_t so_far = step->cost + cost(deflate_distance_symbol(match.distance), costs->distances);
            for (; length <= match.value && length <= to - here; length++) {
                struct deflate_command command = {(uint16_t)length, match.distance};
                offer(step + length, so_far + length_costs[length], command);
            }
        }
    }
    size_t count = 0;
    for (size_t left = to - from; left > 0; count++) {
        struct deflate_command command = steps[left].command;
        commands[count] = command;
        left -= command.distance > 0 ? command.value : 1;
    }
    for (size_t index = 0; index < count / 2; index++) {
        struct deflate_command command = commands[index];
        commands[index] = commands[count - 1 - index];
        commands[count - 1 - index] = command;
    }
    return count;
}
