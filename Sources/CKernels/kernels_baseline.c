#include "depthwise_layout.h"

#pragma clang fp contract(fast)
#define LANES 4
#define NAME(x) baseline_##x
#define KERNEL_NAME "baseline"
#define TARGET 
#include "kernels.inc"
