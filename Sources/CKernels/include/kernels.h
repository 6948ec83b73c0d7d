#ifndef KERNELS_H
#define KERNELS_H
#include <stddef.h>

#include "blocked.h"

/* Vectorised inner loops that Swift cannot compile for several instruction sets in one binary. Each is written once
   over vectors of LANES floats (vectors.inc) and compiled once an instruction set; kernels_select picks at run time. */

typedef struct {
    const char *name;
    int lanes; /* floats of a vector, and channels of a block */
    blocked_kernels blocked;
} kernel_set;

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
