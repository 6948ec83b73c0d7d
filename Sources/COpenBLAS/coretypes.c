#include "openblas_shim.h"

#if defined(__aarch64__)
#include <sys/auxv.h>
#ifndef HWCAP_ASIMDDP
#define HWCAP_ASIMDDP (1 << 20)
#endif
#endif

/* By feature, not by model number: OpenBLAS 0.3.21 knows the kernels that new processors need, not the processors. */
const char *const *openblas_candidate_coretypes(void) {
#if defined(__x86_64__)
    static const char *const avx512[] = {"SkylakeX", "Haswell", "Sandybridge", "Prescott", 0};
    static const char *const avx[] = {"Sandybridge", "Prescott", 0};
    static const char *const sse[] = {"Prescott", 0};
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
        return avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx512 + 1;
    if (__builtin_cpu_supports("avx")) return avx;
    return sse;
#elif defined(__aarch64__)
    static const char *const dot_product[] = {"NEOVERSEN1", "ARMV8", 0};
    return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) ? dot_product : dot_product + 1;
#else
    static const char *const unknown[] = {0};
    return unknown;
#endif
}
