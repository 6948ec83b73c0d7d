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
#endif
