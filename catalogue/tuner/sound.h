// Sounds from WAV files: PCM of 16 bits, any rate and number of channels.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double *samples; // one channel, -1 to 1
    size_t count;
    int rate, channels;
} Sound;

static void fail(const char *what, const char *value) {
    fprintf(stderr, "tuner: %s: %s\n", what, value);
    exit(2);
}

static uint32_t le(const uint8_t *p, int n) {
    uint32_t v = 0;
    for (int i = n - 1; i >= 0; i--) v = v << 8 | p[i];
    return v;
}

static Sound read_wav(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) fail("cannot read", path);
    uint8_t head[12], chunk[8], format[16];
    if (fread(head, 1, 12, f) != 12 || memcmp(head, "RIFF", 4) || memcmp(head + 8, "WAVE", 4)) fail("not a WAV file", path);
    Sound s = {0};
    int bits = 0;
    while (fread(chunk, 1, 8, f) == 8) {
        uint32_t size = le(chunk + 4, 4);
        if (!memcmp(chunk, "fmt ", 4)) {
            if (size < 16 || fread(format, 1, 16, f) != 16) fail("bad format chunk", path);
            s.channels = le(format + 2, 2), s.rate = le(format + 4, 4), bits = le(format + 14, 2);
            if (le(format, 2) != 1 || bits != 16 || s.channels < 1 || s.channels > 16 || s.rate < 4000) fail("only PCM of 16 bits", path);
            fseek(f, size - 16 + (size & 1), SEEK_CUR);
        } else if (!memcmp(chunk, "data", 4)) {
            if (!s.rate) fail("data before format", path);
            size_t frame = 2 * s.channels;
            uint8_t *raw = malloc(size ? size : 1);
            if (!raw) fail("too large", path);
            s.count = fread(raw, 1, size, f) / frame;
            s.samples = malloc((s.count + 1) * sizeof *s.samples);
            if (!s.samples) fail("too large", path);
            for (size_t i = 0; i < s.count; i++) {
                double sum = 0;
                for (int c = 0; c < s.channels; c++) sum += (int16_t)le(raw + i * frame + 2 * c, 2);
                s.samples[i] = sum / s.channels / 32768;
            }
            free(raw);
            break;
        } else fseek(f, size + (size & 1), SEEK_CUR);
    }
    fclose(f);
    if (!s.samples || !s.count) fail("no sound in", path);
    return s;
}
