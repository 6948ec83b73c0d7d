/* The kernels that this processor runs against plain loops in double precision. */
#include "kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static float *random_floats(size_t count) {
    static unsigned seed = 1;
    float *floats = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
    for (size_t i = 0; i < count; i++) floats[i] = (float)((seed = seed * 1664525u + 1013904223u) >> 8) / 8388608 - 1;
    return floats;
}

static double clamped(double value) { return fmin(fmax(value, -0.5), 6); }

static double dense_error(const kernel_set *set, int channels, int blocks, int pixels) {
    int lanes = set->lanes, outputs = blocks * lanes;
    size_t map = (size_t)pixels * lanes, pair = (size_t)channels * 2 * lanes, tap = 0;
    float *in = random_floats((channels + lanes - 1) / lanes * map), *add = random_floats(blocks * map);
    float *weights = random_floats((blocks + 1) / 2 * pair), *bias = random_floats(outputs), *out = random_floats(blocks * map);
    blocked_dense_rows rows = {in,   map, map, lanes, &tap, 1,      channels, weights, pair, bias,
                               add,  map, map, out,   map,  map,    blocks,   1,       pixels, -0.5f, 6};
    set->blocked.dense(&rows);
    double worst = 0;
    for (int o = 0; o < outputs; o++)
        for (int p = 0; p < pixels; p++) {
            size_t at = o / lanes * map + (size_t)p * lanes + o % lanes;
            double sum = (double)bias[o] + add[at];
            for (int c = 0; c < channels; c++)
                sum += (double)in[c / lanes * map + (size_t)p * lanes + c % lanes] *
                       weights[o / (2 * lanes) * pair + (size_t)c * 2 * lanes + o % (2 * lanes)];
            worst = fmax(worst, fabs(clamped(sum) - out[at]));
        }
    free(in), free(add), free(weights), free(bias), free(out);
    return worst;
}

static double depthwise_error(const kernel_set *set, int kernel, int stride, int dilation, int size) {
    int lanes = set->lanes, reach = (kernel - 1) * dilation + 1, pad = reach / 2;
    int side = (size + stride - 1) / stride, padded = (side - 1) * stride + reach;
    float *in = random_floats((size_t)size * padded * lanes), *zero = calloc((size_t)padded * lanes, sizeof(float));
    float *weights = random_floats((size_t)kernel * kernel * lanes), *bias = random_floats(lanes);
    float *out = random_floats((size_t)side * side * lanes);
    blocked_depthwise_shape shape = {kernel, stride, dilation, pad,  size, size, (size_t)padded * lanes,
                                     zero,   (size_t)side * lanes, side, -0.5f, 6};
    set->blocked.depthwise(&shape, in, weights, bias, out, 0, side);
    double worst = 0;
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
            for (int lane = 0; lane < lanes; lane++) {
                double sum = bias[lane];
                for (int ky = 0; ky < kernel; ky++)
                    for (int kx = 0; kx < kernel; kx++) {
                        int row = y * stride + ky * dilation - pad, column = x * stride + kx * dilation;
                        if (row < 0 || row >= size) continue;
                        sum += (double)in[((size_t)row * padded + column) * lanes + lane] *
                               weights[(ky * kernel + kx) * lanes + lane];
                    }
                worst = fmax(worst, fabs(clamped(sum) - out[((size_t)y * side + x) * lanes + lane]));
            }
    free(in), free(zero), free(weights), free(bias), free(out);
    return worst;
}

/* A block of one channel, its filter the identity at the middle tap: what goes in comes out. */
static double winograd_error(const kernel_set *set, int height, int width, int dilation) {
    enum { PLACES = 16 };
    /* G g G^T of that filter */
    const float middle[4] = {0, 0.5f, -0.5f, 0};
    int lanes = set->lanes, tiles = ((width + dilation - 1) / dilation + 1) / 2;
    size_t map = (size_t)height * width * lanes, plane = (size_t)tiles * lanes;
    float *in = random_floats(map), *out = random_floats(map), *planes = random_floats(PLACES * plane);
    float *bias = random_floats(lanes);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < dilation && x < width; x++) {
            if (y / dilation % 2) continue;
            winograd_row row = {height, width, dilation, y, x, tiles, plane};
            set->blocked.winograd_input(&row, in, planes);
            for (int place = 0; place < PLACES; place++)
                for (size_t i = 0; i < plane; i++) planes[place * plane + i] *= middle[place / 4] * middle[place % 4];
            set->blocked.winograd_output(&row, planes, bias, -0.5f, 6, out);
        }
    double worst = 0;
    for (size_t i = 0; i < map; i++) worst = fmax(worst, fabs(clamped((double)in[i] + bias[i % lanes]) - out[i]));
    free(in), free(out), free(planes), free(bias);
    return worst;
}

int main(void) {
    const kernel_set *set = kernels_select(NULL);
    double worst = 0;
    for (int pixels = 1; pixels < 40; pixels++)
        for (int blocks = 1; blocks < 4; blocks++) worst = fmax(worst, dense_error(set, 37, blocks, pixels));
    for (int kernel = 3; kernel < 8; kernel += 2)
        for (int stride = 1; stride < 3; stride++)
            for (int dilation = 1; dilation < 4; dilation++)
                worst = fmax(worst, depthwise_error(set, kernel, stride, dilation, 23));
    for (int dilation = 1; dilation < 4; dilation++)
        for (int width = 1; width < 12; width++) worst = fmax(worst, winograd_error(set, 9, width, dilation));
    for (int pixels = 1; pixels < 20; pixels++) worst = fmax(worst, dense_error(set, 403, 3, pixels));
    printf("%s, %d lanes: largest error %.1e\n", set->name, set->lanes, worst);
    return worst < 1e-4 ? 0 : 1;
}
