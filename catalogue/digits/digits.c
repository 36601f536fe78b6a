// Reads handwritten digits with a small convolutional network that scripts/trainDigits.ts trained.
//   digits [SHEET.pgm below /in]...    /out/<stem>.csv: digit and confidence; /out/<stem>.png: the sheet, marked
//   digits --assemble                  joins the CSVs of a bag
// A sheet is a PGM (P5) of cells of 16 x 16 pixels, light ink on dark. A comment "# truth 0123..." says what the
// cells are; with it, /out/confusion.csv and confusion.png compare.
#include "../lib/canvas.h"
#include "../lib/explog.h"
#include "network.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZOOM 3
#define MAX_SIDE 4096
#define MAX_SHEETS 1000
#define RIGHT 0x3fc380u
#define WRONG 0xff5040u

typedef struct {
    int width, height, known; // known: cells that the comment names
    uint8_t *pixels;
    char *truth;
} Sheet;

static int confusion[CLASSES][CLASSES], compared, read_cells;

static void fail(const char *what, const char *value) {
    fprintf(stderr, "digits: %s: %s\n", what, value);
    exit(2);
}

// The next number of a PGM head; a truth comment on the way is kept.
static int head_number(FILE *f, Sheet *s, const char *path) {
    int c, value = 0, digits = 0;
    while ((c = fgetc(f)) == '#' || c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        if (c != '#') continue;
        static char line[1 << 17];
        if (!fgets(line, sizeof line, f)) fail("bad head of a PGM", path);
        if (strncmp(line, " truth ", 7)) continue;
        s->known = (int)strspn(line + 7, "0123456789");
        s->truth = strndup(line + 7, s->known);
    }
    for (; c >= '0' && c <= '9' && digits < 6; c = fgetc(f), digits++) value = value * 10 + c - '0';
    if (!digits) fail("bad head of a PGM", path);
    return value;
}

static Sheet read_sheet(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) fail("cannot read", path);
    Sheet s = {0};
    if (fgetc(f) != 'P' || fgetc(f) != '5') fail("not a PGM picture (P5)", path);
    s.width = head_number(f, &s, path), s.height = head_number(f, &s, path);
    if (head_number(f, &s, path) != 255) fail("only pictures of 255 greys", path);
    if (s.width < SIDE || s.height < SIDE || s.width > MAX_SIDE || s.height > MAX_SIDE || s.width % SIDE || s.height % SIDE)
        fail("sides must be multiples of 16 up to 4096", path);
    size_t size = (size_t)s.width * s.height;
    s.pixels = malloc(size);
    if (!s.pixels || fread(s.pixels, 1, size, f) != size) fail("too short", path);
    if (s.known > s.width / SIDE * (s.height / SIDE)) fail("more digits in the truth comment than cells", path);
    fclose(f);
    return s;
}

static int name_digit(const Sheet *s, int column, int row, double *confidence) {
    double image[SIDE * SIDE], scores[CLASSES], sum = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        image[i] = s->pixels[(size_t)(row * SIDE + i / SIDE) * s->width + column * SIDE + i % SIDE] / 256.0;
    score(image, scores);
    int best = 0;
    for (int k = 1; k < CLASSES; k++)
        if (scores[k] > scores[best]) best = k;
    for (int k = 0; k < CLASSES; k++) sum += exp_same(scores[k] - scores[best]);
    *confidence = 1 / sum;
    return best;
}

static void draw_cell(Canvas *c, const Sheet *s, int column, int row, int digit, Colour mark) {
    char text[2] = {(char)('0' + digit), 0};
    int size = SIDE * ZOOM, left = column * size, top = row * size;
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++) {
            uint8_t grey = s->pixels[(size_t)(row * SIDE + y / ZOOM) * s->width + column * SIDE + x / ZOOM];
            canvas_dot(c, left + x, top + y, grey * 0x10101u);
        }
    canvas_text(c, left + 2, top + 2, 1, mark, text);
    if (mark != WRONG) return;
    canvas_fill(c, left, top + size - 2, left + size, top + size, WRONG);
    canvas_fill(c, left + size - 2, top, left + size, top + size, WRONG);
}

static void read_digits(const char *name) {
    char path[600], stem[256];
    const char *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
    snprintf(stem, sizeof stem, "%.*s", (int)strcspn(base, "."), base);
    snprintf(path, sizeof path, "%s%s", name[0] == '/' ? "" : "/in/", name);
    Sheet s = read_sheet(path);
    Canvas c = canvas_new(s.width * ZOOM, s.height * ZOOM);
    snprintf(path, sizeof path, "/out/%s.csv", stem);
    FILE *f = fopen(path, "w");
    if (!f) fail("cannot write", path);
    fprintf(f, "sheet,row,column,digit,confidence,truth\n");
    int columns = s.width / SIDE, cells = columns * (s.height / SIDE), right = 0;
    for (int i = 0; i < cells; i++) {
        double confidence;
        int digit = name_digit(&s, i % columns, i / columns, &confidence), known = i < s.known;
        fprintf(f, "%s,%d,%d,%d,%.9f,%.*s\n", stem, i / columns, i % columns, digit, confidence, known, known ? s.truth + i : "");
        if (known) confusion[s.truth[i] - '0'][digit]++, right += s.truth[i] - '0' == digit;
        draw_cell(&c, &s, i % columns, i / columns, digit, !known ? 0xffd040u : s.truth[i] - '0' == digit ? RIGHT : WRONG);
    }
    if (fclose(f)) fail("cannot write", path);
    snprintf(path, sizeof path, "/out/%s.png", stem);
    if (write_png(path, c.rgb, c.width, c.height)) fail("cannot write", path);
    printf("%s: %d digits", stem, cells);
    if (s.known) printf(", %d of %d right", right, s.known);
    printf("\n");
    compared += s.known, read_cells += cells;
    free(c.rgb), free(s.pixels), free(s.truth);
}

static void draw_confusion(void) {
    Canvas c = canvas_new(520, 540);
    canvas_text(&c, 40, 14, 2, INK, "read as (across), is (down)");
    for (int t = 0; t < CLASSES; t++) {
        char text[16];
        snprintf(text, sizeof text, "%d", t);
        canvas_text(&c, 62 + 46 * t, 44, 2, INK, text);
        canvas_text(&c, 20, 76 + 46 * t, 2, INK, text);
        int total = 0;
        for (int d = 0; d < CLASSES; d++) total += confusion[t][d];
        for (int d = 0; d < CLASSES; d++) {
            int n = confusion[t][d], left = 46 + 46 * d, top = 62 + 46 * t;
            double share = total ? (double)n / total : 0;
            canvas_fill(&c, left, top, left + 44, top + 44, !n ? 0xf2f4f6u : t == d ? 0xb0e0c4u : heat(0.7 + share));
            snprintf(text, sizeof text, "%d", n);
            if (n) canvas_text(&c, left + 22 - text_width(text, 1) / 2, top + 18, 1, INK, text);
        }
    }
    if (write_png("/out/confusion.png", c.rgb, c.width, c.height)) fail("cannot write", "/out/confusion.png");
}

static void compare(void) {
    FILE *f = fopen("/out/confusion.csv", "w");
    if (!f) fail("cannot write", "/out/confusion.csv");
    int right = 0;
    fprintf(f, "truth,0,1,2,3,4,5,6,7,8,9\n");
    for (int t = 0; t < CLASSES; t++) {
        fprintf(f, "%d", t);
        for (int d = 0; d < CLASSES; d++) fprintf(f, ",%d", confusion[t][d]);
        fprintf(f, "\n");
        right += confusion[t][t];
    }
    if (fclose(f)) fail("cannot write", "/out/confusion.csv");
    draw_confusion();
    printf("%d of %d right: %.2f %%\n", right, compared, 100.0 * right / compared);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// Names below `folder` that end in `suffix`, in order.
static int list(const char *folder, const char *suffix, char **names) {
    DIR *dir = opendir(folder);
    int n = 0;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        size_t size = strlen(e->d_name), tail = strlen(suffix);
        if (size <= tail || strcmp(e->d_name + size - tail, suffix)) continue;
        if (n == MAX_SHEETS) fail("more than 1000 sheets below", folder);
        names[n++] = strdup(e->d_name);
    }
    if (dir) closedir(dir);
    qsort(names, n, sizeof *names, by_name);
    return n;
}

static void join_csv(const char *path, FILE *to) {
    char line[400];
    FILE *f = fopen(path, "r");
    if (!f || !fgets(line, sizeof line, f)) fail("cannot read", path);
    while (fgets(line, sizeof line, f)) {
        int digit, known;
        if (sscanf(line, "%*[^,],%*d,%*d,%d,%*f,%d", &digit, &known) == 2 && digit >= 0 && digit < 10 && known >= 0 && known < 10)
            confusion[known][digit]++, compared++;
        fputs(line, to), read_cells++;
    }
    fclose(f);
}

static void assemble(void) {
    FILE *to = fopen("/out/digits.csv", "w");
    if (!to) fail("cannot write", "/out/digits.csv");
    fprintf(to, "sheet,row,column,digit,confidence,truth\n");
    for (int i = 0;; i++) {
        char folder[32], path[400];
        static char *names[MAX_SHEETS];
        snprintf(folder, sizeof folder, "/in/%d", i);
        int n = list(folder, ".csv", names);
        if (!n) break;
        for (int k = 0; k < n; k++) {
            snprintf(path, sizeof path, "%s/%s", folder, names[k]);
            if (strcmp(names[k], "confusion.csv")) join_csv(path, to);
        }
    }
    if (fclose(to) || !read_cells) fail("no digits below", "/in");
}

int main(int argc, char **argv) {
    static char *names[MAX_SHEETS];
    int joining = argc == 2 && !strcmp(argv[1], "--assemble"), n = 0;
    if (joining) assemble();
    else if (argc > 1)
        for (int i = 1; i < argc; i++) read_digits(argv[i]);
    else if ((n = list("/in", ".pgm", names)))
        for (int i = 0; i < n; i++) read_digits(names[i]);
    else fail("no .pgm below /in", "give one with --input SHEET.pgm");
    printf("%d digits read\n", read_cells);
    if (compared) compare();
    return 0;
}
