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
            set->blocked.winograd_output(&row, planes, bias, NULL, -0.5f, 6, out);
        }
    double worst = 0;
    for (size_t i = 0; i < map; i++) worst = fmax(worst, fabs(clamped((double)in[i] + bias[i % lanes]) - out[i]));
    free(in), free(out), free(planes), free(bias);
    return worst;
}

/* Of the weights, each a sum over the pixels, and of the bias. */
static double dense_gradient_error(const kernel_set *set, int channels, int blocks, int pixels) {
    int lanes = set->lanes, inputs = (channels + lanes - 1) / lanes;
    size_t map = (size_t)pixels * lanes, weights_block = (size_t)inputs * lanes * lanes;
    float *in = random_floats(inputs * map), *out = random_floats(blocks * map), *gradient = random_floats(blocks * map);
    float *weights = calloc(blocks * weights_block, sizeof(float)), *bias = calloc((size_t)blocks * lanes, sizeof(float));
    blocked_gate gate = {out, map, map, gradient, map, map, blocks, 1, pixels, -0.5f, 0.5f, bias};
    set->blocked.gate(&gate);
    blocked_dense_gradient dense = {in, map, map, channels, gradient, map, map, blocks, 1, pixels, weights, weights_block};
    set->blocked.dense_gradient(&dense);
    double worst = 0;
    for (int o = 0; o < blocks * lanes; o++) {
        size_t at = o / lanes * map + o % lanes;
        double total = 0;
        for (int p = 0; p < pixels; p++) {
            size_t pixel = at + (size_t)p * lanes;
            if (fabs(out[pixel]) >= 0.5 && gradient[pixel] != 0) return 1;
            total += gradient[pixel];
        }
        worst = fmax(worst, fabs(total - bias[o]));
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (int p = 0; p < pixels; p++)
                sum += (double)gradient[at + (size_t)p * lanes] * in[c / lanes * map + (size_t)p * lanes + c % lanes];
            worst = fmax(worst, fabs(sum - weights[o / lanes * weights_block + (size_t)c * lanes + o % lanes]));
        }
    }
    free(in), free(out), free(gradient), free(weights), free(bias);
    return worst;
}

/* Tap by tap: what one output pixel's gradient adds to the weights and to the input's gradient. */
static double depthwise_gradient_error(const kernel_set *set, int kernel, int stride, int dilation, int size) {
    int lanes = set->lanes, reach = (kernel - 1) * dilation + 1, pad = reach / 2;
    int side = (size + stride - 1) / stride, padded = (side - 1) * stride + reach, wide = side + 2 * reach;
    float *in = calloc((size_t)size * padded * lanes, sizeof(float));
    float *gradient = calloc((size_t)side * wide * lanes, sizeof(float));
    float *weights = random_floats((size_t)kernel * kernel * lanes), *values = random_floats((size_t)size * size * lanes);
    float *in_gradient = random_floats((size_t)size * size * lanes);
    float *sums = calloc((size_t)kernel * kernel * lanes, sizeof(float));
    double *expected = calloc((size_t)size * size * lanes, sizeof(double));
    double *expected_sums = calloc((size_t)kernel * kernel * lanes, sizeof(double));
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size && x + pad < padded; x++)
            for (int lane = 0; lane < lanes; lane++)
                in[((size_t)y * padded + x + pad) * lanes + lane] = values[((size_t)y * size + x) * lanes + lane];
    float *first = gradient + (size_t)reach * lanes;
    blocked_depthwise_gradient shape = {kernel, stride, dilation, pad, pad, size, size, side, side,
                                        (size_t)padded * lanes, (size_t)wide * lanes};
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
            for (int lane = 0; lane < lanes; lane++) {
                float g = values[((size_t)(y * size + x) * lanes + lane * 7 + 3) % ((size_t)size * size * lanes)];
                first[((size_t)y * wide + x) * lanes + lane] = g;
                for (int ky = 0; ky < kernel; ky++)
                    for (int kx = 0; kx < kernel; kx++) {
                        int row = y * stride + ky * dilation - pad, column = x * stride + kx * dilation - pad;
                        if (row < 0 || row >= size || column < 0 || column >= size) continue;
                        size_t tap = (size_t)(ky * kernel + kx) * lanes + lane, pixel = ((size_t)row * size + column) * lanes + lane;
                        expected_sums[tap] += (double)g * values[pixel];
                        expected[pixel] += (double)g * weights[tap];
                    }
            }
    set->blocked.depthwise_weights_gradient(&shape, in, first, sums, 0, side);
    set->blocked.depthwise_input_gradient(&shape, first, weights, in_gradient, 0, size);
    double worst = 0;
    for (int i = 0; i < size * size * lanes; i++) worst = fmax(worst, fabs(expected[i] - in_gradient[i]));
    for (int i = 0; i < kernel * kernel * lanes; i++) worst = fmax(worst, fabs(expected_sums[i] - sums[i]));
    free(in), free(gradient), free(weights), free(values), free(in_gradient), free(sums), free(expected), free(expected_sums);
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
                worst = fmax(worst, fmax(depthwise_error(set, kernel, stride, dilation, 23),
                                         depthwise_gradient_error(set, kernel, stride, dilation, 23)));
    for (int dilation = 1; dilation < 4; dilation++)
        for (int width = 1; width < 12; width++) worst = fmax(worst, winograd_error(set, 9, width, dilation));
    for (int pixels = 1; pixels < 20; pixels++) worst = fmax(worst, dense_error(set, 403, 3, pixels));
    for (int pixels = 1; pixels < 40; pixels += 3)
        for (int blocks = 1; blocks < 8; blocks++) worst = fmax(worst, dense_gradient_error(set, 37, blocks, pixels));
    printf("%s, %d lanes: largest error %.1e\n", set->name, set->lanes, worst);
    return worst < 1e-4 ? 0 : 1;
}
