// PNG writer for 8-bit RGB, filter "sub", deflate of deflate.h.
#pragma once
#include "deflate.h"
#include <stdio.h>

static inline void put_be32(Bytes *b, uint32_t v) {
    for (int s = 24; s >= 0; s -= 8) bytes_put(b, (v >> s) & 255);
}

static inline void put_chunk(Bytes *png, const char *type, const Bytes *body) {
    put_be32(png, (uint32_t)body->size);
    size_t from = png->size;
    bytes_add(png, type, 4);
    if (body->size) bytes_add(png, body->data, body->size);
    put_be32(png, crc32_of(0, png->data + from, png->size - from));
}

// 0 when written. `rgb` is width * height * 3 bytes, rows from the top.
static inline int write_png(const char *path, const uint8_t *rgb, int width, int height) {
    Bytes rows = {0}, zlib = {0}, head = {0}, none = {0}, png = {0};
    for (int y = 0; y < height; y++) {
        const uint8_t *row = rgb + (size_t)y * width * 3;
        bytes_put(&rows, 1);
        for (int x = 0; x < width * 3; x++) bytes_put(&rows, row[x] - (x >= 3 ? row[x - 3] : 0));
    }
    bytes_put(&zlib, 0x78);
    bytes_put(&zlib, 0x01);
    deflate_bytes(&zlib, rows.data, rows.size, 16);
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < rows.size; i++) a = (a + rows.data[i]) % 65521, b = (b + a) % 65521;
    put_be32(&zlib, b << 16 | a);
    put_be32(&head, width);
    put_be32(&head, height);
    bytes_add(&head, "\x08\x02\x00\x00\x00", 5);
    bytes_add(&png, "\x89PNG\r\n\x1a\n", 8);
    put_chunk(&png, "IHDR", &head);
    put_chunk(&png, "IDAT", &zlib);
    put_chunk(&png, "IEND", &none);
    FILE *f = fopen(path, "wb");
    if (!f) return -1;
    size_t n = fwrite(png.data, 1, png.size, f);
    int bad = fclose(f) != 0 || n != png.size;
    free(rows.data), free(zlib.data), free(head.data), free(png.data);
    return bad ? -1 : 0;
}
