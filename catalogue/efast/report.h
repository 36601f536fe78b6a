// Joins the shares of a run: figures as JSON, and four charts.
#pragma once
#include "../lib/canvas.h"
#include "walk.h"

#define MAX_PATHS 100000
#define MAX_POINTS 64
#define MINE 0x2060c0u
#define OTHER 0xd08030u

typedef struct {
    int n, points, days; // days of the backtest
    char names[MAX_ASSETS][NAME];
    double weight[MAX_ASSETS], mu[MAX_ASSETS], sigma[MAX_ASSETS], mean, risk, sharpe, fall;
    double front[MAX_POINTS][2], wealth[MAX_DAYS], equal[MAX_DAYS];
} Advice;

typedef struct {
    int paths, days, window, step;
    double *fall, *wealth[CHECKPOINTS]; // sorted when all are read
} Futures;

static FILE *open_file(const char *path, const char *mode) {
    FILE *f = fopen(path, mode);
    if (!f) fail("cannot open", path);
    return f;
}

static void read_advice(const char *path, Advice *a) {
    FILE *f = open_file(path, "r");
    char line[200];
    int day;
    while (fgets(line, sizeof line, f)) {
        int i = a->n, k = a->points, d = a->days, ok = 1;
        if (!strncmp(line, "asset,", 6)) {
            ok = i < MAX_ASSETS && sscanf(line, "asset,%23[^,],%lf,%lf,%lf", a->names[i], &a->weight[i], &a->mu[i], &a->sigma[i]) == 4;
            a->n++;
        } else if (!strncmp(line, "frontier,", 9)) {
            ok = k < MAX_POINTS && sscanf(line, "frontier,%lf,%lf", &a->front[k][0], &a->front[k][1]) == 2;
            a->points++;
        } else if (!strncmp(line, "backtest,", 9)) {
            ok = d < MAX_DAYS && sscanf(line, "backtest,%d,%lf,%lf", &day, &a->wealth[d], &a->equal[d]) == 3;
            a->days++;
        } else if (!strncmp(line, "whole,", 6)) ok = sscanf(line, "whole,%lf,%lf,%lf", &a->mean, &a->risk, &a->sharpe) == 3;
        else ok = sscanf(line, "fall,%lf", &a->fall) == 1;
        if (!ok) fail("bad advice", line);
    }
    fclose(f);
    if (!a->n || !a->points || !a->days) fail("no advice in", path);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static Futures read_futures(const char *root, int single) {
    static char seen[MAX_PATHS];
    Futures all = {0}, one;
    int total = 0;
    for (int i = 0; !i || !single; i++) {
        char path[64];
        snprintf(path, sizeof path, single ? "%spaths.csv" : "%s%d/paths.csv", root, i);
        FILE *f = fopen(path, "r");
        if (!f) break;
        one = all;
        if (fscanf(f, "# paths %d days %d window %d step %d", &one.paths, &one.days, &one.window, &one.step) != 4 || one.paths < 1 || one.paths > MAX_PATHS)
            fail("bad futures", path);
        if (i && memcmp(&one, &all, sizeof all)) fail("futures of another run", path);
        if (!i) {
            one.fall = malloc(one.paths * sizeof *one.fall);
            for (int k = 0; k < CHECKPOINTS; k++)
                if (!(one.wealth[k] = malloc(one.paths * sizeof(double)))) fail("no memory for", path);
            all = one;
        }
        for (int p; fscanf(f, "%d", &p) == 1; total++) {
            int got = p >= 0 && p < all.paths && !seen[p] && fscanf(f, ",%lf", &all.fall[total]) == 1;
            for (int k = 0; k < CHECKPOINTS && got; k++) got = fscanf(f, ",%lf", &all.wealth[k][total]) == 1;
            if (!got) fail("bad futures", path);
            seen[p] = 1;
        }
        fclose(f);
    }
    if (!total) fail("no futures below", root);
    if (total != all.paths) fail("futures are missing", "--parts must be the number of tasks");
    qsort(all.fall, total, sizeof *all.fall, by_size);
    for (int k = 0; k < CHECKPOINTS; k++) qsort(all.wealth[k], total, sizeof(double), by_size);
    return all;
}

// Smallest value that at least `share` of the sorted values do not exceed.
static double quantile(const double *sorted, int n, double share) {
    int at = (int)ceil(share * n) - 1;
    return sorted[at < 0 ? 0 : at >= n ? n - 1 : at];
}

// Mean of the lowest `share` of the sorted values.
static double mean_below(const double *sorted, int n, double share) {
    int count = (int)ceil(share * n);
    double sum = 0;
    for (int i = 0; i < count; i++) sum += sorted[i];
    return sum / count;
}

static void write_json(const Advice *a, const Futures *all) {
    const double *last = all->wealth[CHECKPOINTS - 1];
    int n = all->paths, losses = 0;
    while (losses < n && last[losses] < 1) losses++;
    double mean = mean_below(last, n, 1);
    FILE *f = open_file("/out/advice.json", "w");
    fprintf(f, "{\n \"return\": %.9f,\n \"risk\": %.9f,\n \"sharpe\": %.9f,\n \"weights\": {", a->mean, a->risk, a->sharpe);
    for (int i = 0; i < a->n; i++) fprintf(f, "%s\"%s\": %.9f", i ? ", " : "", a->names[i], a->weight[i]);
    fprintf(f, "},\n \"backtest\": {\"days\": %d, \"wealth\": %.9f, \"equalWeights\": %.9f, \"deepestFall\": %.9f},\n", a->days,
            a->wealth[a->days - 1], a->equal[a->days - 1], a->fall);
    fprintf(f, " \"futures\": {\"paths\": %d, \"days\": %d, \"mean\": %.9f, \"median\": %.9f, \"p5\": %.9f, \"p95\": %.9f,\n", n, all->days, mean,
            quantile(last, n, 0.5), quantile(last, n, 0.05), quantile(last, n, 0.95));
    fprintf(f, "  \"lossShare\": %.9f, \"valueAtRisk95\": %.9f, \"expectedShortfall95\": %.9f, \"deepestFall95\": %.9f}\n}\n", (double)losses / n,
            1 - quantile(last, n, 0.05), 1 - mean_below(last, n, 0.05), quantile(all->fall, n, 0.95));
    if (fclose(f)) fail("cannot write", "/out/advice.json");
    printf("%d futures of %d days: median %.3f, one in twenty below %.3f, %.1f %% lose\n", n, all->days, quantile(last, n, 0.5), quantile(last, n, 0.05),
           100.0 * losses / n);
}

static void draw_weights(Canvas *c, const Advice *a) {
    double least = 0, most = 0.1;
    for (int i = 0; i < a->n; i++) least = fmin(least, a->weight[i]), most = fmax(most, a->weight[i]);
    Plot p = {c, 70, 60, 600, 380, 0, a->n, 100 * least, 105 * most};
    plot_axes(&p, "weights", "", "percent of the money");
    canvas_fill(c, p.left - 8, p.bottom + 1, p.right + 20, p.bottom + 16, 0xffffff);
    for (int i = 0; i < a->n; i++) {
        int left = (int)plot_x(&p, i + 0.15), right = (int)plot_x(&p, i + 0.85);
        double zero = plot_y(&p, 0), end = plot_y(&p, 100 * a->weight[i]);
        canvas_fill(c, left, (int)fmin(zero, end), right, (int)fmax(zero, end) + 1, MINE);
        char text[12];
        snprintf(text, sizeof text, "%.*s", a->n > 12 ? 4 : 8, a->names[i]);
        canvas_text(c, (left + right - text_width(text, 1)) / 2, p.bottom + 8, 1, INK, text);
        snprintf(text, sizeof text, "%.1f", 100 * a->weight[i]);
        canvas_text(c, (left + right - text_width(text, 1)) / 2, (int)fmin(zero, end) - 10, 1, INK, text);
    }
}

static void draw_frontier(Canvas *c, const Advice *a) {
    double risk = a->risk, low = a->mean, high = a->mean;
    for (int i = 0; i < a->n; i++) risk = fmax(risk, a->sigma[i]), low = fmin(low, a->mu[i]), high = fmax(high, a->mu[i]);
    double room = 0.08 * (high - low) + 1e-6;
    Plot p = {c, 690, 60, 1220, 380, 0, 108 * risk, 100 * (low - room), 100 * (high + room)};
    plot_axes(&p, "return and risk", "risk, percent a year", "return, percent a year. line: best within the bounds");
    for (int k = 0; k + 1 < a->points; k++)
        plot_line(&p, 100 * a->front[k][1], 100 * a->front[k][0], 100 * a->front[k + 1][1], 100 * a->front[k + 1][0], 2, MINE);
    for (int i = 0; i <= a->n; i++) {
        int mine = i == a->n, x = (int)plot_x(&p, 100 * (mine ? a->risk : a->sigma[i])), y = (int)plot_y(&p, 100 * (mine ? a->mean : a->mu[i]));
        canvas_fill(c, x - 4, y - 4, x + 5, y + 5, mine ? OTHER : INK);
        canvas_text(c, x + 8, y - 3, 1, INK, mine ? "advice" : a->names[i]);
    }
}

static void draw_futures(Canvas *c, const Futures *all) {
    static const double shares[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    const double *last = all->wealth[CHECKPOINTS - 1];
    double low = fmin(quantile(last, all->paths, 0.05), 0.95), high = fmax(quantile(last, all->paths, 0.95), 1.05), room = 0.1 * (high - low);
    Plot p = {c, 70, 480, 600, 800, 0, all->days, low - room, high + room};
    plot_axes(&p, "simulated futures", "days", "wealth of 1: 5, 25, 50, 75 and 95 percent are below");
    for (int s = 0; s < 5; s++) {
        double day = 0, from = 1;
        for (int k = 0; k < CHECKPOINTS; k++) {
            double at = checkpoint_day(all->days, k) + 1, value = quantile(all->wealth[k], all->paths, shares[s]);
            plot_line(&p, day, from, at, value, s == 2 ? 3 : 2, s == 2 ? MINE : 0x90a8c8);
            day = at, from = value;
        }
    }
}

static void draw_backtest(Canvas *c, const Advice *a) {
    double low = 1, high = 1;
    for (int t = 0; t < a->days; t++) {
        low = fmin(low, fmin(a->wealth[t], a->equal[t]));
        high = fmax(high, fmax(a->wealth[t], a->equal[t]));
    }
    double room = 0.08 * (high - low) + 1e-6;
    Plot p = {c, 690, 480, 1220, 800, 0, a->days, low - room, high + room};
    plot_axes(&p, "walking forward in the past", "days", "wealth of 1: advice blue, equal weights orange");
    for (int t = 0; t < a->days; t++) {
        plot_line(&p, t, t ? a->equal[t - 1] : 1, t + 1, a->equal[t], 2, OTHER);
        plot_line(&p, t, t ? a->wealth[t - 1] : 1, t + 1, a->wealth[t], 2, MINE);
    }
}

static void report(const char *root, int single) {
    static Advice a;
    char path[64];
    snprintf(path, sizeof path, single ? "%sadvice.csv" : "%s0/advice.csv", root);
    read_advice(path, &a);
    Futures all = read_futures(root, single);
    write_json(&a, &all);
    Canvas c = canvas_new(1260, 850);
    draw_weights(&c, &a);
    draw_frontier(&c, &a);
    draw_futures(&c, &all);
    draw_backtest(&c, &a);
    if (write_png("/out/advice.png", c.rgb, c.width, c.height)) fail("cannot write", "/out/advice.png");
}
