#include "deflate.h"

#include <string.h>

enum { longest_code = 15, most_coins = 2 * deflate_literals };

/// The used symbols, those that come seldom first.
static size_t sorted(const uint32_t *counts, size_t size, int16_t *symbols) {
    size_t used = 0;
    for (size_t symbol = 0; symbol < size; symbol++) {
        if (counts[symbol] == 0) continue;
        size_t place = used++;
        for (; place > 0 && counts[symbols[place - 1]] > counts[symbol]; place--) symbols[place] = symbols[place - 1];
        symbols[place] = (int16_t)symbol;
    }
    return used;
}

/// By package-merge (Larmore and Hirschberg, 1990): each level has a coin for every symbol, and one for every two
/// neighbours of the level below.
void deflate_code_lengths(const uint32_t *counts, size_t size, unsigned limit, uint8_t *lengths) {
    const int16_t package = -1;
    int16_t symbols[deflate_literals], coins[longest_code][most_coins];
    uint64_t weights[2][most_coins] = {0};
    size_t used = sorted(counts, size, symbols), coin_count = 0;
    memset(lengths, 0, size);
    for (unsigned level = 0; level < limit; level++) {
        const uint64_t *below = weights[level % 2];
        uint64_t *here = weights[(level + 1) % 2];
        size_t symbol = 0, pair = 0, pairs = coin_count / 2;
        for (coin_count = 0; symbol < used || pair < pairs; coin_count++) {
            uint64_t weight = pair < pairs ? below[2 * pair] + below[2 * pair + 1] : UINT64_MAX;
            if (symbol < used && counts[symbols[symbol]] <= weight) {
                coins[level][coin_count] = symbols[symbol];
                here[coin_count] = counts[symbols[symbol++]];
            } else {
                coins[level][coin_count] = package;
                here[coin_count] = weight;
                pair++;
            }
        }
    }
    // The cheapest coins are taken. The packages among them say how many those are in the level below.
    size_t taken = used > 1 ? 2 * used - 2 : used;
    for (unsigned level = limit; level-- > 0;) {
        size_t packages = 0;
        for (size_t coin = 0; coin < taken; coin++) {
            if (coins[level][coin] == package) {
                packages++;
            } else {
                lengths[coins[level][coin]]++;
            }
        }
        taken = 2 * packages;
    }
}

void deflate_codes(const uint8_t *lengths, size_t size, uint16_t *codes) {
    unsigned code = 0;
    for (unsigned length = 1; length <= longest_code; length++, code <<= 1) {
        for (size_t symbol = 0; symbol < size; symbol++) {
            if (lengths[symbol] != length) continue;
            unsigned reversed = 0;
            for (unsigned bit = 0; bit < length; bit++) reversed |= (code >> bit & 1) << (length - 1 - bit);
            codes[symbol] = (uint16_t)reversed;
            code++;
        }
    }
}
