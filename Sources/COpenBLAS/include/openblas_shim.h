#ifndef OPENBLAS_SHIM_H
#define OPENBLAS_SHIM_H
#include <stddef.h>

/* OpenBLAS decides which kernels to run when it is loaded, from OPENBLAS_CORETYPE or its own (in Debian 12 outdated)
   list of processors. It is therefore opened at run time, after the choice was made, instead of being linked. */

/* Opens the library with the given core type (NULL: OpenBLAS decides) and one thread.
   0, or -1 with a message in `error`. Not thread-safe; at most one library is open. */
int openblas_open(const char *coretype, char *error, size_t error_size);
void openblas_close(void);

/* Name of the kernels that the open library runs ("Haswell"), never NULL. */
const char *openblas_corename(void);

/* C[m,n] = A[m,k] B[k,n] + beta C, row-major; transpose_x reads X as its transpose. */
void openblas_sgemm(int transpose_a, int transpose_b, int m, int n, int k, const float *a, int lda, const float *b,
                    int ldb, float beta, float *c, int ldc);

/* Core types worth trying on this processor, best first, NULL-terminated. */
const char *const *openblas_candidate_coretypes(void);
#endif
