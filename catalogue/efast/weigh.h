// Portfolio weights: least variance less a reward for return, within bounds, by the active-set method.
#pragma once
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ASSETS 32

static void fail(const char *what, const char *value) {
    fprintf(stderr, "efast: %s: %s\n", what, value);
    exit(2);
}

typedef struct {
    int n;
    double mu[MAX_ASSETS], cov[MAX_ASSETS][MAX_ASSETS];
} Moments;

typedef enum { LEAST_RISK, BEST_SHARPE, GIVEN_RETURN } Aim;

typedef struct {
    Aim aim;
    double floor, cap, rf, target; // bounds of each weight; rates a year
} Wish;

static double mean_of(const Moments *m, const double *w) {
    double sum = 0;
    for (int i = 0; i < m->n; i++) sum += m->mu[i] * w[i];
    return sum;
}

static double variance_of(const Moments *m, const double *w) {
    double sum = 0;
    for (int i = 0; i < m->n; i++)
        for (int j = 0; j < m->n; j++) sum += w[i] * m->cov[i][j] * w[j];
    return sum > 0 ? sum : 0;
}

static double largest(const double *values, int n) {
    double most = 0;
    for (int i = 0; i < n; i++) most = fmax(most, fabs(values[i]));
    return most;
}

// Solves a x = b in place (x replaces b) by elimination with row pivots; 0 where there is no single answer.
static int eliminate(double a[MAX_ASSETS + 1][MAX_ASSETS + 1], double *b, int n) {
    for (int c = 0; c < n; c++) {
        int pivot = c;
        for (int r = c + 1; r < n; r++)
            if (fabs(a[r][c]) > fabs(a[pivot][c])) pivot = r;
        if (fabs(a[pivot][c]) < 1e-300) return 0;
        for (int k = c; k < n && pivot != c; k++) {
            double swap = a[c][k];
            a[c][k] = a[pivot][k], a[pivot][k] = swap;
        }
        double swap = b[c];
        b[c] = b[pivot], b[pivot] = swap;
        for (int r = c + 1; r < n; r++) {
            double part = a[r][c] / a[c][c];
            for (int k = c; k < n; k++) a[r][k] -= part * a[c][k];
            b[r] -= part * b[c];
        }
    }
    for (int r = n - 1; r >= 0; r--) {
        for (int k = r + 1; k < n; k++) b[r] -= a[r][k] * b[k];
        b[r] /= a[r][r];
    }
    return 1;
}

// The best values of the free weights while the others stay; returns the price of the budget.
static double solve_free(const Moments *m, double reward, const int *free_of, int count, const int *fixed, const double *w, double *best) {
    static double a[MAX_ASSETS + 1][MAX_ASSETS + 1];
    double b[MAX_ASSETS + 1], left = 1;
    for (int j = 0; j < m->n; j++)
        if (fixed[j]) left -= w[j];
    for (int r = 0; r < count; r++) {
        int i = free_of[r];
        b[r] = reward * m->mu[i];
        for (int j = 0; j < m->n; j++)
            if (fixed[j]) b[r] -= m->cov[i][j] * w[j];
        for (int c = 0; c < count; c++) a[r][c] = m->cov[i][free_of[c]];
        a[r][count] = -1, a[count][r] = 1;
    }
    a[count][count] = 0, b[count] = left;
    if (!eliminate(a, b, count + 1)) fail("the covariance has no inverse", "an asset repeats others, or there are too few prices");
    memcpy(best, b, count * sizeof *best);
    return b[count];
}

// Least 1/2 w'Cw - reward * mu'w with weights of sum 1 within the bounds. `w` and `fixed` (-1 floor, 1 cap, 0 free)
// start feasible and end at the answer, so that the next search near by is short.
static void weigh(const Moments *m, const Wish *wish, double reward, double *w, int *fixed) {
    for (int round = 0; round < 100 * MAX_ASSETS; round++) {
        int free_of[MAX_ASSETS], count = 0, blocked = -1;
        double best[MAX_ASSETS], step = 1;
        for (int i = 0; i < m->n; i++)
            if (!fixed[i]) free_of[count++] = i;
        double price = solve_free(m, reward, free_of, count, fixed, w, best);
        for (int r = 0; r < count; r++) {
            double from = w[free_of[r]], way = best[r] - from, room = way < 0 ? wish->floor - from : wish->cap - from;
            if (fabs(way) > 1e-14 && room / way < step) step = fmax(room / way, 0), blocked = r;
        }
        for (int r = 0; r < count; r++) w[free_of[r]] += step * (best[r] - w[free_of[r]]);
        if (blocked >= 0) {
            int i = free_of[blocked];
            fixed[i] = best[blocked] < w[i] ? -1 : 1;
            w[i] = fixed[i] < 0 ? wish->floor : wish->cap;
            continue;
        }
        double worst = 1e-12 * (largest(&m->cov[0][0], MAX_ASSETS * MAX_ASSETS) + reward * largest(m->mu, m->n));
        for (int i = 0; i < m->n; i++) {
            if (!fixed[i]) continue;
            double slope = -reward * m->mu[i] - price;
            for (int j = 0; j < m->n; j++) slope += m->cov[i][j] * w[j];
            if (slope * fixed[i] > worst) worst = slope * fixed[i], blocked = i;
        }
        if (blocked < 0) return;
        fixed[blocked] = 0;
    }
    fail("the search for weights did not end", "is an asset a copy of another?");
}

// What must be 0 at the aim, rising with the reward.
static double short_of(const Moments *m, const Wish *wish, double reward, const double *w) {
    if (wish->aim == GIVEN_RETURN) return mean_of(m, w) - wish->target;
    return reward * (mean_of(m, w) - wish->rf) - variance_of(m, w);
}

// The weights of a wish, or the nearest that the bounds allow. Rates and moments are of one unit of time.
static void advise(const Moments *m, const Wish *wish, double *w) {
    int fixed[MAX_ASSETS] = {0};
    for (int i = 0; i < m->n; i++) w[i] = 1.0 / m->n;
    weigh(m, wish, 0, w, fixed);
    if (wish->aim == LEAST_RISK || short_of(m, wish, 0, w) > 0) return;
    double unit = largest(&m->cov[0][0], MAX_ASSETS * MAX_ASSETS) / fmax(largest(m->mu, m->n), 1e-300), low = 0, high = unit * 1e-3;
    for (;; high *= 4) {
        weigh(m, wish, high, w, fixed);
        if (short_of(m, wish, high, w) > 0) break;
        if (high > unit * 1e6) return;
    }
    for (int k = 0; k < 80 && high - low > 1e-15 * high; k++) {
        double middle = (low + high) / 2;
        weigh(m, wish, middle, w, fixed);
        if (short_of(m, wish, middle, w) > 0) high = middle;
        else low = middle;
    }
}
