#if defined(__x86_64__)
#include "kernels.h"

#pragma clang fp contract(fast)
#define LANES 8
#define PANEL_PIXELS 6
#define NAME(x) avx2_##x
#define KERNEL_NAME "avx2"
#define TARGET __attribute__((target("avx2,fma")))
#include "vectors.inc"
#include "blocked.inc"
#include "winograd.inc"
#include "gradients.inc"
#include "kernels.inc"
#endif
