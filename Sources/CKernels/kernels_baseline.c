#include "kernels.h"

#pragma clang fp contract(fast)
#define LANES 4
#if defined(__aarch64__)
#define PANEL_PIXELS 12
#else
#define PANEL_PIXELS 6
#endif
#define NAME(x) baseline_##x
#define KERNEL_NAME "baseline"
#define TARGET 
#include "vectors.inc"
#include "blocked.inc"
#include "winograd.inc"
#include "gradients.inc"
#include "kernels.inc"
