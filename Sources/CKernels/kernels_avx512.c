#if defined(__x86_64__)
#include "kernels.h"

#pragma clang fp contract(fast)
#define LANES 16
#define PANEL_PIXELS 14
#define NAME(x) avx512_##x
#define KERNEL_NAME "avx512"
#define TARGET __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")))
#include "vectors.inc"
#include "blocked.inc"
#include "winograd.inc"
#include "gradients.inc"
#include "kernels.inc"
#endif
