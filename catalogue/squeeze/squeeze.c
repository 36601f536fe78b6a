// Compresses every file named (or stdin) into /out/<name>.gz, readable by any gunzip.
//   squeeze [--effort 1-4096] [FILE below /in]...
#include "../lib/deflate.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int effort = 64;

static void put_le32(Bytes *b, uint32_t v) {
    for (int i = 0; i < 4; i++) bytes_put(b, (v >> 8 * i) & 255);
}

static void squeeze(FILE *in, const char *name) {
    Bytes raw = {0}, gz = {0};
    uint8_t chunk[65536];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, in)) > 0;) bytes_add(&raw, chunk, n);
    // Magic, deflate, no flags, no time, no hints, unknown system: nothing that differs between machines.
    bytes_add(&gz, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    deflate_bytes(&gz, raw.data, raw.size, effort);
    put_le32(&gz, crc32_of(0, raw.data, raw.size));
    put_le32(&gz, (uint32_t)raw.size);
    char path[512];
    const char *base = strrchr(name, '/');
    snprintf(path, sizeof path, "/out/%s.gz", base ? base + 1 : name);
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(gz.data, 1, gz.size, out) != gz.size || fclose(out)) {
        fprintf(stderr, "squeeze: cannot write %s\n", path);
        exit(1);
    }
    printf("%s: %zu -> %zu bytes (%.1f %%)\n", name, raw.size, gz.size, raw.size ? 100.0 * gz.size / raw.size : 0.0);
    free(raw.data), free(gz.data);
}

static void squeeze_file(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s%s", name[0] == '/' ? "" : "/in/", name);
    FILE *in = fopen(path, "rb");
    if (!in) {
        fprintf(stderr, "squeeze: cannot read %s\n", path);
        exit(2);
    }
    squeeze(in, name);
    fclose(in);
}

int main(int argc, char **argv) {
    int i = 1, named = 0;
    if (i + 1 < argc && !strcmp(argv[i], "--effort")) {
        effort = atoi(argv[i + 1]);
        i += 2;
        if (effort < 1 || effort > 4096) {
            fprintf(stderr, "squeeze: --effort must be 1 to 4096\n");
            return 2;
        }
    }
    for (; i < argc; i++, named++) squeeze_file(argv[i]);
    if (named) return 0;
    DIR *dir = opendir("/in");
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (e->d_name[0] != '.') squeeze_file(e->d_name), named++;
    if (!named) squeeze(stdin, "stdin");
    return 0;
}
