#ifndef DEPTHWISE_LAYOUT_H
#define DEPTHWISE_LAYOUT_H
#include "kernels.h"

#define DEPTHWISE_MAX_KERNEL 16
#define WIDEST_BLOCK 64 /* floats that a block of the widest vectors may read past the last output column */

static inline int depthwise_padded_rows(const depthwise_shape *s) {
    return (s->out_height - 1) * s->stride + (s->kernel - 1) * s->dilation + 1;
}

/* Floats a row holds of each of the `stride` column remainders. */
static inline size_t depthwise_part_pitch(const depthwise_shape *s) {
    return (size_t)(s->out_width + (s->kernel - 1) * s->dilation / s->stride + 1 + WIDEST_BLOCK + 15) / 16 * 16;
}

/* The padded gradient of a plane's output: `margin` zeros above and to the left, so that every tap of every input pixel
   finds a value. */
static inline int depthwise_gradient_margin(const depthwise_shape *s) { return (s->kernel - 1) * s->dilation / s->stride; }

static inline int depthwise_gradient_rows(const depthwise_shape *s) {
    int reached = (s->height - 1 + s->pad_top) / s->stride + 1;
    return depthwise_gradient_margin(s) + (reached > s->out_height ? reached : s->out_height);
}

static inline size_t depthwise_gradient_pitch(const depthwise_shape *s) {
    int reached = (s->width - 1 + s->pad_left) / s->stride + 1;
    int columns = depthwise_gradient_margin(s) + (reached > s->out_width ? reached : s->out_width);
    return (size_t)(columns + WIDEST_BLOCK + 15) / 16 * 16;
}

/* Floats of one column remainder of an input row, with room for a whole last vector. */
static inline size_t depthwise_phase_floats(const depthwise_shape *s) {
    return (size_t)s->width / s->stride + 2 + WIDEST_BLOCK;
}
#endif
