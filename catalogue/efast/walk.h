// Walking forward: weights from a window of the past, kept (rebalanced each day) for some days, then again.
#pragma once
#include "../lib/normal.h"
#include "prices.h"

#define CHECKPOINTS 25

typedef struct {
    Wish wish; // rates of one day
    int window, step, days; // days: length of a simulated future
} Walk;

// Weights from the window that ends before day `at`: nothing of that day or later is looked at.
static void weights_at(const Walk *walk, const double *returns, int n, int at, double *w) {
    Moments m;
    moments_of(returns + (at - walk->window) * n, walk->window, n, 1, 0, &m);
    advise(&m, &walk->wish, w);
}

// Wealth of 1 after each day from `from` on goes to `wealth`; day `from` of `returns` comes after its window.
static void walk_forward(const Walk *walk, const double *returns, int n, int from, int until, double *wealth, FILE *log) {
    double w[MAX_ASSETS], worth = 1;
    for (int t = from; t < until; t++) {
        if ((t - from) % walk->step == 0) {
            weights_at(walk, returns, n, t, w);
            for (int i = 0; log && i < n; i++) fprintf(log, "%s%.12f%s", i ? "," : "", w[i], i + 1 < n ? "" : "\n");
        }
        double gain = 0;
        for (int i = 0; i < n; i++) gain += w[i] * returns[t * n + i];
        worth *= 1 + gain;
        wealth[t - from] = worth;
    }
}

static double deepest_fall(const double *wealth, int days) {
    double top = 1, worst = 0;
    for (int t = 0; t < days; t++) {
        top = fmax(top, wealth[t]);
        worst = fmax(worst, 1 - wealth[t] / top);
    }
    return worst;
}

// Lower triangle whose square is the covariance; an asset without risk of its own gets a zero.
static void factor(const Moments *m, double l[MAX_ASSETS][MAX_ASSETS]) {
    for (int i = 0; i < m->n; i++)
        for (int j = 0; j <= i; j++) {
            double sum = m->cov[i][j];
            for (int k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
            if (i == j) l[i][j] = sum > 0 ? sqrt(sum) : 0;
            else l[i][j] = l[j][j] > 0 ? sum / l[j][j] : 0;
        }
}

static int checkpoint_day(int days, int k) { return (int)((long long)days * (k + 1) / CHECKPOINTS) - 1; }

// Simulated futures `part`, `part + parts`, ... below `paths`. Each goes on from the last window of the history with
// daily log returns from a normal law of the history's moments, and walks forward through them. The numbers of a
// future depend on its place alone, so any split of a bag gives the same.
static void simulate(const Walk *walk, const History *h, int paths, int part, int parts, FILE *f) {
    static double l[MAX_ASSETS][MAX_ASSETS];
    Moments m;
    int n = h->n, rows = walk->window + walk->days;
    moments_of(h->returns, h->days, n, 1, 1, &m);
    factor(&m, l);
    double *returns = malloc(rows * n * sizeof *returns), *wealth = malloc(walk->days * sizeof *wealth);
    if (!returns || !wealth) fail("no memory for", "--days");
    memcpy(returns, h->returns + (h->days - walk->window) * n, walk->window * n * sizeof *returns);
    for (int p = part; p < paths; p += parts) {
        Random r = random_stream(0xefa57, p);
        for (int t = walk->window; t < rows; t++) {
            double z[MAX_ASSETS];
            for (int i = 0; i < n; i++) {
                z[i] = random_normal(&r);
                double sum = m.mu[i];
                for (int k = 0; k <= i; k++) sum += l[i][k] * z[k];
                returns[t * n + i] = exp_same(sum) - 1;
            }
        }
        walk_forward(walk, returns, n, walk->window, rows, wealth, 0);
        fprintf(f, "%d,%.9f", p, deepest_fall(wealth, walk->days));
        for (int k = 0; k < CHECKPOINTS; k++) fprintf(f, ",%.9f", wealth[checkpoint_day(walk->days, k)]);
        fprintf(f, "\n");
    }
    free(returns), free(wealth);
}
