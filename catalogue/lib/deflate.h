// Deflate (RFC 1951) in one dynamic-free pass: LZ77 with hash chains, fixed Huffman codes.
// Small and deterministic; any inflate reads what it writes.
#pragma once
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t *data;
    size_t size, room;
} Bytes;

static inline void bytes_need(Bytes *b, size_t more) {
    if (b->size + more <= b->room) return;
    while (b->size + more > b->room) b->room = b->room ? b->room * 2 : 4096;
    b->data = realloc(b->data, b->room);
    if (!b->data) abort();
}

static inline void bytes_put(Bytes *b, uint8_t byte) {
    bytes_need(b, 1);
    b->data[b->size++] = byte;
}

static inline void bytes_add(Bytes *b, const void *from, size_t n) {
    bytes_need(b, n);
    memcpy(b->data + b->size, from, n);
    b->size += n;
}

typedef struct {
    Bytes *out;
    uint32_t hold;
    int held;
} Bits;

static inline void bits_put(Bits *w, uint32_t value, int count) {
    w->hold |= value << w->held;
    w->held += count;
    while (w->held >= 8) {
        bytes_put(w->out, w->hold & 255);
        w->hold >>= 8;
        w->held -= 8;
    }
}

// Huffman codes go out most significant bit first.
static inline void bits_put_code(Bits *w, uint32_t code, int count) {
    uint32_t turned = 0;
    for (int i = 0; i < count; i++) turned |= ((code >> i) & 1u) << (count - 1 - i);
    bits_put(w, turned, count);
}

static inline void put_symbol(Bits *w, int symbol) {
    if (symbol < 144) bits_put_code(w, 0x30 + symbol, 8);
    else if (symbol < 256) bits_put_code(w, 0x190 + symbol - 144, 9);
    else if (symbol < 280) bits_put_code(w, symbol - 256, 7);
    else bits_put_code(w, 0xc0 + symbol - 280, 8);
}

static const uint16_t LENGTH_BASE[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t LENGTH_EXTRA[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t DIST_BASE[30] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
                                       193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t DIST_EXTRA[30] = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

static inline void put_match(Bits *w, int length, int distance) {
    int i = 28;
    while (LENGTH_BASE[i] > length) i--;
    put_symbol(w, 257 + i);
    bits_put(w, length - LENGTH_BASE[i], LENGTH_EXTRA[i]);
    int d = 29;
    while (DIST_BASE[d] > distance) d--;
    bits_put_code(w, d, 5);
    bits_put(w, distance - DIST_BASE[d], DIST_EXTRA[d]);
}

#define DEFLATE_WINDOW 32768
#define DEFLATE_HASH 32768

// Appends the deflate stream of `data` to `out`; `effort` is how many candidates a match may look at.
static inline void deflate_bytes(Bytes *out, const uint8_t *data, size_t size, int effort) {
    Bits w = {out, 0, 0};
    int32_t *head = malloc(DEFLATE_HASH * sizeof *head);
    int32_t *prev = malloc(DEFLATE_WINDOW * sizeof *prev);
    if (!head || !prev) abort();
    for (int i = 0; i < DEFLATE_HASH; i++) head[i] = -1;
    bits_put(&w, 1, 1); // last block
    bits_put(&w, 1, 2); // fixed codes
    size_t at = 0;
    while (at < size) {
        int best = 0, distance = 0;
        uint32_t h = 0;
        if (at + 3 <= size) {
            h = ((data[at] << 10) ^ (data[at + 1] << 5) ^ data[at + 2]) & (DEFLATE_HASH - 1);
            int tries = effort;
            for (int32_t p = head[h]; p >= 0 && at - p <= DEFLATE_WINDOW && tries-- > 0; p = prev[p & (DEFLATE_WINDOW - 1)]) {
                int n = 0, most = size - at < 258 ? (int)(size - at) : 258;
                while (n < most && data[p + n] == data[at + n]) n++;
                if (n > best) best = n, distance = (int)(at - p);
                if (best == most) break;
            }
        }
        int step = 1;
        if (best >= 3) put_match(&w, best, distance), step = best;
        else put_symbol(&w, data[at]);
        for (int i = 0; i < step; i++, at++) {
            if (at + 3 > size) continue;
            h = ((data[at] << 10) ^ (data[at + 1] << 5) ^ data[at + 2]) & (DEFLATE_HASH - 1);
            prev[at & (DEFLATE_WINDOW - 1)] = head[h];
            head[h] = (int32_t)at;
        }
    }
    put_symbol(&w, 256);
    if (w.held) bits_put(&w, 0, 8 - w.held);
    free(head);
    free(prev);
}

static inline uint32_t crc32_of(uint32_t crc, const uint8_t *data, size_t size) {
    static uint32_t table[256];
    if (!table[1])
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t c = i;
            for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
            table[i] = c;
        }
    crc = ~crc;
    for (size_t i = 0; i < size; i++) crc = table[(crc ^ data[i]) & 255] ^ (crc >> 8);
    return ~crc;
}
