// Prices from a CSV: a heading of names, then a day and its prices in each line.
#pragma once
#include "../lib/explog.h"
#include "weigh.h"

#define MAX_DAYS 20000
#define NAME 24

typedef struct {
    int n, days; // days of returns, one less than of prices
    char names[MAX_ASSETS][NAME];
    double *returns; // [day][asset]
} History;

static int is_wanted(const char *name, const char *wanted) {
    size_t size = strlen(name);
    for (const char *at = wanted; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == size && !strncmp(at, name, size)) return 1;
    return !*wanted;
}

// Columns of the heading that are wanted.
static int read_names(char *line, const char *wanted, History *h, int *columns) {
    int count = 0;
    strtok(line, ",\r\n");
    for (char *name; (name = strtok(0, ",\r\n")); count++) {
        if (count == 1000) fail("more columns than", "1000");
        columns[count] = is_wanted(name, wanted) ? h->n : -1;
        if (columns[count] < 0) continue;
        if (h->n == MAX_ASSETS) fail("more tickers than 32", "choose some with --tickers A,B,C");
        if (strlen(name) >= NAME) fail("a name of more than 23 letters", name);
        strcpy(h->names[h->n++], name);
    }
    int asked = *wanted != 0;
    for (const char *at = wanted; *at; at++) asked += *at == ',';
    if (!h->n || (asked && h->n != asked)) fail("--tickers names what the prices do not have", wanted);
    return count;
}

static History read_prices(const char *path, const char *wanted) {
    static char line[1 << 16];
    static int columns[1000];
    History h = {0};
    FILE *f = fopen(path, "r");
    if (!f || !fgets(line, sizeof line, f)) fail("cannot read prices from", path);
    int count = read_names(line, wanted, &h, columns);
    double last[MAX_ASSETS] = {0};
    h.returns = malloc(MAX_DAYS * h.n * sizeof *h.returns);
    if (!h.returns) fail("no memory for", path);
    for (int day = 0; fgets(line, sizeof line, f); day++) {
        char where[64], *at = line;
        if (line[strspn(line, " \r\n")] == 0) continue;
        if (day > MAX_DAYS) fail("more days than 20000 in", path);
        for (int c = 0; c < count; c++) {
            at += strcspn(at, ",");
            char *end = at + (*at == ',');
            double price = *at == ',' ? strtod(at + 1, &end) : 0;
            snprintf(where, sizeof where, "line %d, column %d must be a price above 0", day + 2, c + 2);
            if (columns[c] < 0) {
                at += *at == ',';
                continue;
            }
            if (!(price > 0 && price < 1e12) || (*end != ',' && *end != '\r' && *end != '\n' && *end)) fail(path, where);
            if (day) h.returns[(day - 1) * h.n + columns[c]] = price / last[columns[c]] - 1;
            last[columns[c]] = price, at = end;
        }
        h.days = day;
    }
    fclose(f);
    if (h.days < 3) fail("fewer than 4 days of prices in", path);
    return h;
}

// Mean and covariance (over n - 1) of `rows` days from `returns`, times `scale`; of log returns where asked.
static void moments_of(const double *returns, int rows, int n, double scale, int logs, Moments *m) {
    memset(m, 0, sizeof *m);
    m->n = n;
    double row[MAX_ASSETS];
    for (int pass = 0; pass < 2; pass++)
        for (int t = 0; t < rows; t++) {
            for (int i = 0; i < n; i++) row[i] = logs ? log_same(1 + returns[t * n + i]) : returns[t * n + i];
            for (int i = 0; i < n; i++) {
                if (!pass) m->mu[i] += row[i] / rows;
                else
                    for (int j = 0; j <= i; j++) m->cov[i][j] += (row[i] - m->mu[i]) * (row[j] - m->mu[j]) / (rows - 1);
            }
        }
    for (int i = 0; i < n; i++) {
        m->mu[i] *= scale;
        for (int j = 0; j <= i; j++) m->cov[i][j] *= scale, m->cov[j][i] = m->cov[i][j];
    }
}

// Moments as given, each line with a label first: names, means, then the covariance row by row.
static History read_moments(const char *path, Moments *m) {
    static char line[1 << 16];
    static int columns[1000];
    History h = {0};
    FILE *f = fopen(path, "r");
    if (!f || !fgets(line, sizeof line, f)) fail("cannot read moments from", path);
    read_names(line, "", &h, columns);
    m->n = h.n;
    for (int r = -1; r < h.n; r++) {
        fscanf(f, " %*[^,]");
        for (int i = 0; i < h.n; i++)
            if (fscanf(f, ",%lf", r < 0 ? &m->mu[i] : &m->cov[r][i]) != 1) fail("too few numbers in", path);
    }
    fclose(f);
    return h;
}
