#include "kernels.h"

#include <string.h>

extern const kernel_set baseline_kernel_set;
#if defined(__x86_64__)
extern const kernel_set avx2_kernel_set, avx512_kernel_set;
#endif

const kernel_set *kernels_select(const char *name) {
    const kernel_set *sets[3];
    int count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        sets[count++] = &avx512_kernel_set;
    if (avx2) sets[count++] = &avx2_kernel_set;
#endif
    sets[count++] = &baseline_kernel_set;
    if (!name) return sets[0];
    for (int i = 0; i < count; i++)
        if (strcmp(sets[i]->name, name) == 0) return sets[i];
    return NULL;
}
