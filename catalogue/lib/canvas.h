// A picture to draw on: dots, boxes, lines, text, and axes with round ticks. Written by png.h.
#pragma once
#include "font.h"
#include "png.h"
#include <math.h>
#include <stdio.h>

typedef uint32_t Colour; // 0xRRGGBB
#define INK 0x223344u
#define PALE 0xdde3eau

typedef struct {
    int width, height;
    uint8_t *rgb;
} Canvas;

static inline void canvas_dot(Canvas *c, int x, int y, Colour colour) {
    if (x < 0 || y < 0 || x >= c->width || y >= c->height) return;
    uint8_t *at = c->rgb + 3 * ((size_t)y * c->width + x);
    at[0] = colour >> 16, at[1] = colour >> 8 & 255, at[2] = colour & 255;
}

// From (x0, y0) up to but not including (x1, y1).
static inline void canvas_fill(Canvas *c, int x0, int y0, int x1, int y1, Colour colour) {
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) canvas_dot(c, x, y, colour);
}

static inline Canvas canvas_new(int width, int height) {
    Canvas c = {width, height, malloc((size_t)width * height * 3)};
    if (!c.rgb) abort();
    memset(c.rgb, 255, (size_t)width * height * 3);
    return c;
}

static inline void canvas_line(Canvas *c, double x0, double y0, double x1, double y1, int thick, Colour colour) {
    int steps = (int)fmax(fabs(x1 - x0), fabs(y1 - y0)) + 1;
    for (int i = 0; i <= steps; i++) {
        int x = (int)floor(x0 + (x1 - x0) * i / steps + 0.5), y = (int)floor(y0 + (y1 - y0) * i / steps + 0.5);
        canvas_fill(c, x, y, x + thick, y + thick, colour);
    }
}

// Small letters are drawn as capitals; what the font lacks is left blank. Returns the width.
static inline int canvas_text(Canvas *c, int x, int y, int scale, Colour colour, const char *text) {
    int from = x;
    for (; *text; text++, x += 6 * scale) {
        char sign = *text >= 'a' && *text <= 'z' ? *text - 32 : *text;
        const char *found = strchr(FONT_SIGNS, sign);
        for (int r = 0; found && r < 7; r++)
            for (int b = 0; b < 5; b++)
                if (FONT_ROWS[found - FONT_SIGNS][r] >> (4 - b) & 1)
                    canvas_fill(c, x + b * scale, y + r * scale, x + (b + 1) * scale, y + (r + 1) * scale, colour);
    }
    return x - from;
}

static inline int text_width(const char *text, int scale) { return (int)strlen(text) * 6 * scale; }

// A chart: `left` to `bottom` are pixels of its frame, x0 to y1 the values at its edges.
typedef struct {
    Canvas *canvas;
    int left, top, right, bottom;
    double x0, x1, y0, y1;
} Plot;

static inline double plot_x(const Plot *p, double x) { return p->left + (x - p->x0) / (p->x1 - p->x0) * (p->right - p->left); }
static inline double plot_y(const Plot *p, double y) { return p->bottom - (y - p->y0) / (p->y1 - p->y0) * (p->bottom - p->top); }

static inline double round_step(double span, int *decimals) {
    double step = 1;
    for (*decimals = 0; step > span / 5; (*decimals)++) step /= 10;
    for (; step * 10 <= span / 2; *decimals -= *decimals > 0) step *= 10;
    return step * 5 <= span / 4 ? step * 5 : step * 2 <= span / 4 ? step * 2 : step;
}

static inline void plot_axes(const Plot *p, const char *title, const char *across, const char *up) {
    char label[32];
    int decimals;
    double step = round_step(p->x1 - p->x0, &decimals);
    for (double k = ceil(p->x0 / step - 1e-9); k * step <= p->x1 + step * 1e-9; k++) {
        int x = (int)plot_x(p, k * step);
        canvas_fill(p->canvas, x, p->top, x + 1, p->bottom, PALE);
        snprintf(label, sizeof label, "%.*f", decimals, k * step + 0.0);
        canvas_text(p->canvas, x - text_width(label, 1) / 2, p->bottom + 6, 1, INK, label);
    }
    step = round_step(p->y1 - p->y0, &decimals);
    for (double k = ceil(p->y0 / step - 1e-9); k * step <= p->y1 + step * 1e-9; k++) {
        int y = (int)plot_y(p, k * step);
        canvas_fill(p->canvas, p->left, y, p->right, y + 1, PALE);
        snprintf(label, sizeof label, "%.*f", decimals, k * step + 0.0);
        canvas_text(p->canvas, p->left - 4 - text_width(label, 1), y - 3, 1, INK, label);
    }
    canvas_fill(p->canvas, p->left, p->top, p->left + 1, p->bottom + 1, INK);
    canvas_fill(p->canvas, p->left, p->bottom, p->right, p->bottom + 1, INK);
    canvas_text(p->canvas, p->left, p->top - 34, 2, INK, title);
    canvas_text(p->canvas, p->left, p->top - 13, 1, INK, up);
    canvas_text(p->canvas, p->right - text_width(across, 1), p->bottom + 20, 1, INK, across);
}

// Parts of the line outside the frame are not drawn.
static inline void plot_line(const Plot *p, double xa, double ya, double xb, double yb, int thick, Colour colour) {
    double most = p->y1 > p->y0 ? p->y1 : p->y0, least = p->y1 > p->y0 ? p->y0 : p->y1;
    if ((ya > most && yb > most) || (ya < least && yb < least)) return;
    canvas_line(p->canvas, plot_x(p, xa), plot_y(p, fmin(fmax(ya, least), most)), plot_x(p, xb), plot_y(p, fmin(fmax(yb, least), most)), thick, colour);
}

// From blue over green and yellow to red; `t` in 0 to 1.
static inline Colour heat(double t) {
    static const double stops[5][3] = {{40, 60, 160}, {30, 150, 190}, {90, 190, 90}, {240, 200, 60}, {210, 50, 40}};
    double at = t < 0 ? 0 : t > 1 ? 4 : t * 4;
    int i = at >= 4 ? 3 : (int)at;
    Colour mixed = 0;
    for (int k = 0; k < 3; k++) mixed = mixed << 8 | (Colour)(stops[i][k] + (stops[i + 1][k] - stops[i][k]) * (at - i));
    return mixed;
}
