#ifndef KERNELS_H
#define KERNELS_H
#include <stddef.h>

#include "blocked.h"

/* Vectorised inner loops that Swift cannot compile for several instruction sets in one binary. Each is written once
   (kernels.inc) over vectors of LANES floats and compiled once an instruction set; kernels_select picks at run time. */

/* One plane of a depthwise convolution: out[oh,ow] = clamp(bias + sum weights[k,k] * in[h,w], low, high).
   `pad_*` zeros are assumed above and left; what is read beyond the bottom and right edge is zero too. */
typedef struct {
    int height, width, out_height, out_width;
    int kernel, stride, dilation, pad_top, pad_left;
    float low, high;
} depthwise_shape;

typedef struct {
    const char *name;
    int lanes;
    /* `scratch` holds depthwise_scratch_floats(shape) floats. */
    void (*depthwise)(const depthwise_shape *shape, const float *in, const float *weights, float bias, float *out,
                      float *scratch);
    /* In place: c[r,i] = clamp(c[r,i] + bias[r] (+ residual[r,i]), low, high) for `rows` rows of `columns`. */
    void (*finish)(float *c, size_t c_pitch, int rows, int columns, const float *bias, const float *residual,
                   size_t residual_pitch, float low, float high);
    blocked_kernels blocked;
} kernel_set;

size_t depthwise_scratch_floats(const depthwise_shape *shape);

/* The set called `name` ("avx512", "avx2", "baseline"), or with NULL the best this processor runs.
   NULL when the name is unknown or the processor lacks its instructions. */
const kernel_set *kernels_select(const char *name);

/* Tells the processor that this thread spins. */
static inline void kernels_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
#endif
