// Portfolio advice for small investors: weights within bounds, their risk, how the rule would have done, and how it
// does in simulated futures.
//   efast --prices FILE [--aim risk|sharpe|return] [--cap 0.4] ... [--part I --parts N]
//         share I of the futures to /out/paths.csv; share 0 writes the advice too, /out/advice.csv
//   efast --moments FILE ...     weights from given moments, to /out/advice.csv
//   efast --assemble             joins /in/<i>/ into advice.json and advice.png
// exp and log are lib/explog.h, sums have a fixed order, so every machine gives the same digits.
#include "report.h"

typedef struct {
    const char *prices, *moments, *tickers;
    Wish wish;
    int window, step, year, days, paths, part, parts;
} Job;

static double risk_of(const Moments *m, const double *w) { return sqrt(variance_of(m, w)); }

static void put_frontier(FILE *f, const Moments *m, const Wish *wish) {
    double w[MAX_ASSETS], least, most = -HUGE_VAL;
    Wish at = *wish;
    at.aim = LEAST_RISK;
    advise(m, &at, w);
    least = mean_of(m, w);
    for (int i = 0; i < m->n; i++) most = fmax(most, m->mu[i]);
    at.aim = GIVEN_RETURN;
    for (int k = 0; k <= 30; k++) {
        at.target = least + (most - least) * k / 30;
        advise(m, &at, w);
        fprintf(f, "frontier,%.9f,%.9f\n", mean_of(m, w), risk_of(m, w));
    }
}

static void put_weights(FILE *f, const History *h, const Moments *m, const Wish *wish) {
    double w[MAX_ASSETS];
    advise(m, wish, w);
    if (wish->aim == GIVEN_RETURN && mean_of(m, w) < wish->target - 1e-9)
        fail("no weights within the bounds reach the return", "ask for less with --target");
    double mean = mean_of(m, w), risk = risk_of(m, w);
    fprintf(f, "whole,%.9f,%.9f,%.9f\n", mean, risk, risk > 0 ? (mean - wish->rf) / risk : 0);
    for (int i = 0; i < h->n; i++) fprintf(f, "asset,%s,%.12f,%.9f,%.9f\n", h->names[i], w[i], m->mu[i], sqrt(m->cov[i][i]));
    put_frontier(f, m, wish);
    printf("return %.2f %%, risk %.2f %%", 100 * mean, 100 * risk);
    for (int i = 0; i < h->n; i++)
        if (fabs(w[i]) > 5e-5) printf(", %s %.2f %%", h->names[i], 100 * w[i]);
    printf("\n");
}

static Walk walk_of(const Job *job) {
    Walk walk = {job->wish, job->window, job->step, job->days};
    walk.wish.rf /= job->year, walk.wish.target /= job->year;
    return walk;
}

// How the rule would have done on the history, beside equal weights.
static void put_backtest(FILE *f, const History *h, const Walk *walk) {
    int days = h->days - walk->window;
    double *wealth = malloc(days * sizeof *wealth), equal = 1;
    FILE *log = open_file("/out/rebalances.csv", "w");
    if (!wealth) fail("no memory for", "the backtest");
    for (int i = 0; i < h->n; i++) fprintf(log, "%s%s", h->names[i], i + 1 < h->n ? "," : "\n");
    walk_forward(walk, h->returns, h->n, walk->window, h->days, wealth, log);
    if (fclose(log)) fail("cannot write", "/out/rebalances.csv");
    for (int t = 0; t < days; t++) {
        double gain = 0;
        for (int i = 0; i < h->n; i++) gain += h->returns[(walk->window + t) * h->n + i] / h->n;
        equal *= 1 + gain;
        fprintf(f, "backtest,%d,%.12f,%.12f\n", walk->window + t, wealth[t], equal);
    }
    fprintf(f, "fall,%.9f\n", deepest_fall(wealth, days));
    free(wealth);
}

static void run(const Job *job) {
    char path[300];
    const char *name = job->prices ? job->prices : job->moments;
    snprintf(path, sizeof path, "%s%s", name[0] == '/' ? "" : "/in/", name);
    Moments m;
    FILE *f = 0;
    if (job->moments) {
        History given = read_moments(path, &m);
        f = open_file("/out/advice.csv", "w");
        put_weights(f, &given, &m, &job->wish);
        if (fclose(f)) fail("cannot write", "/out/advice.csv");
        return;
    }
    History h = read_prices(path, job->tickers);
    if (h.n * job->wish.cap < 1 - 1e-12) fail("bad argument", "--cap is too small for the weights to reach a sum of 1");
    if (h.days <= job->window) fail("the prices are of fewer days than", "--window and one more");
    Walk walk = walk_of(job);
    if (job->part == 0) {
        f = open_file("/out/advice.csv", "w");
        moments_of(h.returns, h.days, h.n, job->year, 0, &m);
        put_weights(f, &h, &m, &job->wish);
        put_backtest(f, &h, &walk);
        if (fclose(f)) fail("cannot write", "/out/advice.csv");
    }
    f = open_file("/out/paths.csv", "w");
    fprintf(f, "# paths %d days %d window %d step %d\n", job->paths, job->days, job->window, job->step);
    simulate(&walk, &h, job->paths, job->part, job->parts, f);
    if (fclose(f)) fail("cannot write", "/out/paths.csv");
    printf("share %d of %d of %d futures of %d days\n", job->part, job->parts, job->paths, job->days);
    if (job->parts == 1) report("/out/", 1);
}

static int read_aim(const char *value, Aim *aim) {
    *aim = !strcmp(value, "sharpe") ? BEST_SHARPE : !strcmp(value, "return") ? GIVEN_RETURN : LEAST_RISK;
    return *aim != LEAST_RISK || !strcmp(value, "risk");
}

static void check(const Job *j) {
    if (!j->prices == !j->moments) fail("bad argument", "give --prices FILE or --moments FILE");
    if (!(j->wish.floor >= -100 && j->wish.floor <= 0)) fail("bad argument", "--floor must be -100 to 0");
    if (!(j->wish.cap > 0 && j->wish.cap <= 100)) fail("bad argument", "--cap must be above 0 and at most 100");
    if (!(fabs(j->wish.rf) <= 1)) fail("bad argument", "--rf must be a rate such as 0.02");
    if (!(fabs(j->wish.target) <= 10)) fail("bad argument", "--target must be a rate such as 0.08");
    if (j->window < 3 || j->window > MAX_DAYS) fail("bad argument", "--window must be 3 to 20000 days");
    if (j->step < 1 || j->step > MAX_DAYS) fail("bad argument", "--step must be 1 to 20000 days");
    if (j->year < 1 || j->year > 400) fail("bad argument", "--year must be 1 to 400 days");
    if (j->days < CHECKPOINTS || j->days > MAX_DAYS) fail("bad argument", "--days must be 25 to 20000");
    if (j->paths < 1 || j->paths > MAX_PATHS) fail("bad argument", "--paths must be 1 to 100000");
    if (j->parts < 1 || j->part < 0 || j->part >= j->parts) fail("bad argument", "--part must be 0 to --parts less one");
}

int main(int argc, char **argv) {
    Job j = {0, 0, "", {LEAST_RISK, 0, 1, 0, 0}, 120, 20, 252, 252, 1000, 0, 1};
    if (argc == 2 && !strcmp(argv[1], "--assemble")) return report("/in/", 0), 0;
    for (int i = 1; i < argc; i += 2) {
        const char *flag = argv[i], *value = i + 1 < argc ? argv[i + 1] : 0;
        int ok = 0;
        if (!value) ok = 0;
        else if (!strcmp(flag, "--prices")) j.prices = value, ok = 1;
        else if (!strcmp(flag, "--moments")) j.moments = value, ok = 1;
        else if (!strcmp(flag, "--tickers")) j.tickers = value, ok = 1;
        else if (!strcmp(flag, "--aim")) ok = read_aim(value, &j.wish.aim);
        else if (!strcmp(flag, "--floor")) ok = sscanf(value, "%lf", &j.wish.floor) == 1;
        else if (!strcmp(flag, "--cap")) ok = sscanf(value, "%lf", &j.wish.cap) == 1;
        else if (!strcmp(flag, "--rf")) ok = sscanf(value, "%lf", &j.wish.rf) == 1;
        else if (!strcmp(flag, "--target")) ok = sscanf(value, "%lf", &j.wish.target) == 1;
        else if (!strcmp(flag, "--window")) ok = sscanf(value, "%d", &j.window) == 1;
        else if (!strcmp(flag, "--step")) ok = sscanf(value, "%d", &j.step) == 1;
        else if (!strcmp(flag, "--year")) ok = sscanf(value, "%d", &j.year) == 1;
        else if (!strcmp(flag, "--days")) ok = sscanf(value, "%d", &j.days) == 1;
        else if (!strcmp(flag, "--paths")) ok = sscanf(value, "%d", &j.paths) == 1;
        else if (!strcmp(flag, "--part")) ok = sscanf(value, "%d", &j.part) == 1;
        else if (!strcmp(flag, "--parts")) ok = sscanf(value, "%d", &j.parts) == 1;
        if (!ok) fail("bad argument", flag);
    }
    check(&j);
    run(&j);
    return 0;
}
