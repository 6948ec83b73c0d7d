#ifndef BLOCKED_H
#define BLOCKED_H
#include <stddef.h>

/* Layers over channel-blocked maps: [channels / lanes, height, width, lanes], lanes being those of the kernel set. A pixel
   is one vector, so no tap of any stride, dilation or border is unaligned, and borders cost nothing inside a row.
   Strides are in floats. */

/* A dense convolution of some rows, by sums that stay in registers over all input channels:

       out[block, row, x] = clamp(bias[block] + add[block, row, x]
                                  + sum over taps and channels of weights * in[row, x * pixel + tap + channel])

   weights: [ceil(blocks / 2)][taps][channels][2 * lanes], `weights_pair` from one pair of blocks to the next. */
typedef struct {
    const float *in;
    size_t in_block, in_row;
    int pixel;        /* floats from one output pixel's input to the next's: lanes, or 2 for planes read at stride 2 */
    const size_t *tap; /* where each tap begins */
    int taps, channels;
    const float *weights;
    size_t weights_pair;
    const float *bias; /* or NULL: 0 */
    const float *add;  /* or NULL: 0; may be `out` */
    size_t add_block, add_row;
    float *out;
    size_t out_block, out_row;
    int blocks, rows, width;
    float low, high;
} blocked_dense_rows;

#define DEPTHWISE_MAX_KERNEL 16

/* Rows `from` up to `to` of one block of a depthwise convolution. The input's rows lie in a ring of `ring` rows, row y at
   y modulo ring, behind `pad_left` zero pixels; every row that lies outside the picture is `zero_row`. */
typedef struct {
    int kernel, stride, dilation, pad_top;
    int height, ring; /* of the input, in rows */
    size_t in_row;
    const float *zero_row;
    size_t out_row;
    int width; /* of the output */
    float low, high;
} blocked_depthwise_shape;

/* A row of tiles of a 3x3 convolution at stride 1 by F(2x2, 3x3) of Lavin and Gray (2015, arXiv:1509.09308): 2x2 output pixels,
   `dilation` apart, from 4x4 input pixels and 16 products instead of 36. Outside of the map is zero.
   planes: 16 of [tiles, lanes], `plane` floats from one to the next. */
typedef struct {
    int height, width; /* of input and output */
    int dilation;
    int y, x; /* the first tile's first output pixel */
    int tiles;
    size_t plane;
} winograd_row;

/* Gradient of what a layer ends with, in place: where `out`, what it gave, is not strictly between low and high the gradient
   becomes 0. Adds each channel's sum to bias_gradient, [blocks, lanes]. */
typedef struct {
    const float *out; /* or NULL: nothing was cut off */
    size_t out_block, out_row;
    float *gradient;
    size_t gradient_block, gradient_row;
    int blocks, rows, width;
    float low, high;
    float *bias_gradient;
} blocked_gate;

/* Gradient of a dense layer's weights: weights[block, channel] += sum over pixels of in[channel] * gradient[block].
   weights: [blocks, channels rounded up to whole blocks, lanes]. */
typedef struct {
    const float *in;
    size_t in_block, in_row;
    int channels;
    const float *gradient;
    size_t gradient_block, gradient_row;
    int blocks, rows, width;
    float *weights;
    size_t weights_block;
} blocked_dense_gradient;

/* A depthwise convolution's gradients, of one block. Rows of its input lie behind `pad_left` zero pixels, rows of the
   output's gradient between as many as the taps of the input's first and last pixels reach. */
typedef struct {
    int kernel, stride, dilation, pad_top, pad_left;
    int height, width; /* of the input */
    int out_height, out_width;
    size_t in_row, gradient_row;
} blocked_depthwise_gradient;

typedef struct {
    void (*dense)(const blocked_dense_rows *rows);
    /* weights: [kernel, kernel, lanes]; `out` is where row `from` goes. */
    void (*depthwise)(const blocked_depthwise_shape *shape, const float *in, const float *weights, const float *bias,
                      float *out, int from, int to);
    /* A block's pixels into what is multiplied. */
    void (*winograd_input)(const winograd_row *row, const float *in, float *planes);
    /* The products, summed over the input channels, into a block's pixels: out = clamp(bias + sum + add, low, high). `add`
       is laid out as `out`, or NULL: 0. */
    void (*winograd_output)(const winograd_row *row, const float *planes, const float *bias, const float *add,
                            float low, float high, float *out);
    /* Pixels `from` up to `to` of a blocked map of `pixels` into planes [channels, pixels]. */
    void (*to_planes)(const float *in, int channels, int pixels, int from, int to, float *out);
    void (*gate)(const blocked_gate *gate);
    void (*dense_gradient)(const blocked_dense_gradient *gradient);
    /* Output rows `from` up to `to`. `in` is where the picture's first row begins, its zeros included; `gradient` is the first
       row's first pixel. Adds to weights, [kernel, kernel, lanes]. */
    void (*depthwise_weights_gradient)(const blocked_depthwise_gradient *shape, const float *in, const float *gradient,
                                       float *weights, int from, int to);
    /* Input rows `from` up to `to`, without padding; `in_gradient` is where row `from` goes. */
    void (*depthwise_input_gradient)(const blocked_depthwise_gradient *shape, const float *gradient, const float *weights,
                                     float *in_gradient, int from, int to);
    /* Multiply-adds from registers alone, for a comparison with what is possible. Returns how many. */
    long (*multiply_adds)(long rounds);
} blocked_kernels;
#endif
