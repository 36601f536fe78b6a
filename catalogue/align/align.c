// Local alignment of proteins: Smith and Waterman with affine gaps (Gotoh 1982) and BLOSUM62.
//   align [--open 11] [--extend 1] [--top 5] QUERY.fasta DATABASE.fasta      files below /in
// For every query the best hits with bit score and the alignment itself; table in /out/hits.tsv.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char LETTERS[] = "ARNDCQEGHILKMFPSTWYVBZX*";
static const int8_t BLOSUM62[24][24] = {
    {4, -1, -2, -2, 0, -1, -1, 0, -2, -1, -1, -1, -1, -2, -1, 1, 0, -3, -2, 0, -2, -1, 0, -4},
    {-1, 5, 0, -2, -3, 1, 0, -2, 0, -3, -2, 2, -1, -3, -2, -1, -1, -3, -2, -3, -1, 0, -1, -4},
    {-2, 0, 6, 1, -3, 0, 0, 0, 1, -3, -3, 0, -2, -3, -2, 1, 0, -4, -2, -3, 3, 0, -1, -4},
    {-2, -2, 1, 6, -3, 0, 2, -1, -1, -3, -4, -1, -3, -3, -1, 0, -1, -4, -3, -3, 4, 1, -1, -4},
    {0, -3, -3, -3, 9, -3, -4, -3, -3, -1, -1, -3, -1, -2, -3, -1, -1, -2, -2, -1, -3, -3, -2, -4},
    {-1, 1, 0, 0, -3, 5, 2, -2, 0, -3, -2, 1, 0, -3, -1, 0, -1, -2, -1, -2, 0, 3, -1, -4},
    {-1, 0, 0, 2, -4, 2, 5, -2, 0, -3, -3, 1, -2, -3, -1, 0, -1, -3, -2, -2, 1, 4, -1, -4},
    {0, -2, 0, -1, -3, -2, -2, 6, -2, -4, -4, -2, -3, -3, -2, 0, -2, -2, -3, -3, -1, -2, -1, -4},
    {-2, 0, 1, -1, -3, 0, 0, -2, 8, -3, -3, -1, -2, -1, -2, -1, -2, -2, 2, -3, 0, 0, -1, -4},
    {-1, -3, -3, -3, -1, -3, -3, -4, -3, 4, 2, -3, 1, 0, -3, -2, -1, -3, -1, 3, -3, -3, -1, -4},
    {-1, -2, -3, -4, -1, -2, -3, -4, -3, 2, 4, -2, 2, 0, -3, -2, -1, -2, -1, 1, -4, -3, -1, -4},
    {-1, 2, 0, -1, -3, 1, 1, -2, -1, -3, -2, 5, -1, -3, -1, 0, -1, -3, -2, -2, 0, 1, -1, -4},
    {-1, -1, -2, -3, -1, 0, -2, -3, -2, 1, 2, -1, 5, 0, -2, -1, -1, -1, -1, 1, -3, -1, -1, -4},
    {-2, -3, -3, -3, -2, -3, -3, -3, -1, 0, 0, -3, 0, 6, -4, -2, -2, 1, 3, -1, -3, -3, -1, -4},
    {-1, -2, -2, -1, -3, -1, -1, -2, -2, -3, -3, -1, -2, -4, 7, -1, -1, -4, -3, -2, -2, -1, -2, -4},
    {1, -1, 1, 0, -1, 0, 0, 0, -1, -2, -2, 0, -1, -2, -1, 4, 1, -3, -2, -2, 0, 0, 0, -4},
    {0, -1, 0, -1, -1, -1, -1, -2, -2, -1, -1, -1, -1, -2, -1, 1, 5, -2, -2, 0, -1, -1, 0, -4},
    {-3, -3, -4, -4, -2, -2, -3, -2, -2, -3, -2, -3, -1, 1, -4, -3, -2, 11, 2, -3, -4, -3, -2, -4},
    {-2, -2, -2, -3, -2, -1, -2, -3, 2, -1, -1, -2, -1, 3, -3, -2, -2, 2, 7, -1, -3, -2, -1, -4},
    {0, -3, -3, -3, -1, -2, -2, -3, -3, 3, 1, -2, 1, -1, -2, -2, 0, -3, -1, 4, -3, -2, -1, -4},
    {-2, -1, 3, 4, -3, 0, 1, -1, 0, -3, -4, 0, -3, -3, -2, 0, -1, -4, -3, -3, 4, 1, -1, -4},
    {-1, 0, 0, 1, -3, 3, 4, -2, 0, -3, -3, 1, -1, -3, -1, 0, -1, -3, -2, -2, 1, 4, -1, -4},
    {0, -1, -1, -1, -2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -2, 0, 0, -2, -1, -1, -1, -1, -1, -4},
    {-4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, 1}};

typedef struct {
    char *name;
    uint8_t *code; // indices into LETTERS
    size_t length;
} Sequence;

typedef struct {
    Sequence *all;
    size_t count;
} Set;

static void fail(const char *what, const char *value) {
    fprintf(stderr, "align: %s: %s\n", what, value);
    exit(2);
}

static Set read_fasta(const char *name) {
    char path[512], line[65536];
    snprintf(path, sizeof path, "%s%s", name[0] == '/' ? "" : "/in/", name);
    FILE *f = fopen(path, "r");
    if (!f) fail("cannot read", path);
    Set set = {0};
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\r\n")] = 0;
        if (line[0] == '>') {
            set.all = realloc(set.all, (set.count + 1) * sizeof *set.all);
            if (!set.all) abort();
            line[1 + strcspn(line + 1, " \t")] = 0;
            set.all[set.count++] = (Sequence){strdup(line + 1), 0, 0};
            continue;
        }
        if (!set.count && line[0]) fail("not FASTA (no > line)", path);
        for (const char *c = line; *c; c++) {
            char upper = *c >= 'a' && *c <= 'z' ? *c - 32 : *c;
            const char *found = upper == ' ' ? 0 : strchr(LETTERS, upper);
            if (upper == ' ') continue;
            Sequence *s = &set.all[set.count - 1];
            if (!found && (upper < 'A' || upper > 'Z')) fail("a letter that is no residue", line);
            s->code = realloc(s->code, s->length + 1);
            if (!s->code) abort();
            s->code[s->length++] = found ? found - LETTERS : 22; // J, O, U count as X
        }
    }
    fclose(f);
    if (!set.count) fail("no sequence in", path);
    return set;
}

static int gap_open = 11, gap_extend = 1;

typedef struct {
    int score;
    size_t target, q_end, t_end;
} HitScore;

enum { STOP = 0, DIAGONAL = 1, UP = 2, LEFT = 3, UP_OPEN = 4, LEFT_OPEN = 8 };

// Fills `steps` (for the way back) when given; else needs two rows only.
static HitScore smith_waterman(const Sequence *q, const Sequence *t, uint8_t *steps) {
    size_t n = t->length;
    int *h = calloc(n + 1, sizeof *h), *e = malloc((n + 1) * sizeof *e);
    if (!h || !e) abort();
    HitScore best = {0};
    for (size_t j = 0; j <= n; j++) e[j] = -1000000;
    for (size_t i = 1; i <= q->length; i++) {
        int diagonal = 0, f = -1000000;
        const int8_t *row = BLOSUM62[q->code[i - 1]];
        for (size_t j = 1; j <= n; j++) {
            uint8_t step = 0;
            int open_up = h[j] - gap_open - gap_extend, longer_up = e[j] - gap_extend;
            if (open_up >= longer_up) step |= UP_OPEN;
            e[j] = open_up >= longer_up ? open_up : longer_up;
            int open_left = h[j - 1] - gap_open - gap_extend, longer_left = f - gap_extend;
            if (open_left >= longer_left) step |= LEFT_OPEN;
            f = open_left >= longer_left ? open_left : longer_left;
            int score = diagonal + row[t->code[j - 1]];
            diagonal = h[j];
            int way = DIAGONAL;
            if (e[j] > score) score = e[j], way = UP;
            if (f > score) score = f, way = LEFT;
            if (score <= 0) score = 0, way = STOP;
            h[j] = score;
            if (steps) steps[i * (n + 1) + j] = step | way;
            if (score > best.score) best.score = score, best.q_end = i, best.t_end = j;
        }
    }
    free(h), free(e);
    return best;
}

static int by_score(const void *a, const void *b) {
    const HitScore *x = a, *y = b;
    if (x->score != y->score) return y->score - x->score;
    return x->target < y->target ? -1 : x->target > y->target;
}

// Karlin-Altschul constants of BLOSUM62 with gaps 11/1.
static double bits(int score) { return (0.267 * score - log(0.041)) / log(2); }

static void show(const Sequence *q, const Sequence *t, FILE *table) {
    size_t width = t->length + 1, most = q->length + t->length + 1;
    uint8_t *steps = calloc((q->length + 1) * width, 1);
    char *top = malloc(most), *mid = malloc(most), *low = malloc(most);
    if (!steps || !top || !mid || !low) abort();
    HitScore hit = smith_waterman(q, t, steps);
    size_t i = hit.q_end, j = hit.t_end, n = 0, same = 0;
    int state = DIAGONAL;
    for (;;) {
        uint8_t step = steps[i * width + j];
        if (state == DIAGONAL) state = step & 3;
        if (state == STOP) break;
        char a = state == LEFT ? '-' : LETTERS[q->code[i - 1]], b = state == UP ? '-' : LETTERS[t->code[j - 1]];
        top[n] = a, low[n] = b;
        int close = a != '-' && b != '-' && BLOSUM62[q->code[i - 1]][t->code[j - 1]] > 0;
        mid[n++] = a == b ? '|' : close ? '+' : ' ';
        same += a == b;
        int opened = state == UP ? step & UP_OPEN : state == LEFT ? step & LEFT_OPEN : 1;
        if (state != LEFT) i--;
        if (state != UP) j--;
        if (opened) state = DIAGONAL;
    }
    printf("\n%s  score %d, %.1f bits, %zu of %zu the same (%.0f %%)\n", t->name, hit.score, bits(hit.score), same, n,
           n ? 100.0 * same / n : 0);
    fprintf(table, "%s\t%s\t%d\t%.1f\t%zu\t%zu\t%zu\t%zu\t%zu\t%zu\n", q->name, t->name, hit.score, bits(hit.score), same, n, i + 1,
            hit.q_end, j + 1, hit.t_end);
    for (size_t from = 0; from < n; from += 60) {
        size_t k = n - from < 60 ? n - from : 60;
        for (int line = 0; line < 3; line++) {
            const char *text = line == 0 ? top : line == 1 ? mid : low;
            printf("  %s ", line == 0 ? "query " : line == 1 ? "      " : "target");
            for (size_t x = 0; x < k; x++) putchar(text[n - 1 - from - x]);
            putchar('\n');
        }
    }
    free(steps), free(top), free(mid), free(low);
}

int main(int argc, char **argv) {
    const char *files[2] = {0};
    int named = 0, top = 5;
    for (int i = 1; i < argc; i++) {
        int *number = !strcmp(argv[i], "--open") ? &gap_open : !strcmp(argv[i], "--extend") ? &gap_extend : !strcmp(argv[i], "--top") ? &top : 0;
        if (number && (i + 1 >= argc || sscanf(argv[++i], "%d", number) != 1 || *number < 0)) fail("bad number after", argv[i - 1]);
        else if (!number && named == 2) fail("too many files", argv[i]);
        else if (!number) files[named++] = argv[i];
    }
    if (named != 2) fail("usage", "align [--open N] [--extend N] [--top N] QUERY.fasta DATABASE.fasta");
    Set queries = read_fasta(files[0]), targets = read_fasta(files[1]);
    HitScore *hits = malloc(targets.count * sizeof *hits);
    FILE *table = fopen("/out/hits.tsv", "w");
    if (!hits || !table) abort();
    fprintf(table, "query\ttarget\tscore\tbits\tidentical\tlength\tqueryFrom\tqueryTo\ttargetFrom\ttargetTo\n");
    for (size_t q = 0; q < queries.count; q++) {
        printf("%s%s (%zu residues)\n", q ? "\n" : "", queries.all[q].name, queries.all[q].length);
        for (size_t t = 0; t < targets.count; t++) {
            hits[t] = smith_waterman(&queries.all[q], &targets.all[t], 0);
            hits[t].target = t;
        }
        qsort(hits, targets.count, sizeof *hits, by_score);
        for (size_t k = 0; k < targets.count && k < (size_t)top && hits[k].score > 0; k++)
            show(&queries.all[q], &targets.all[hits[k].target], table);
    }
    return fclose(table) ? 1 : 0;
}
