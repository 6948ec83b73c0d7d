#include "openblas_shim.h"

#include <cblas.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void *library;
static __typeof__(&cblas_sgemm) sgemm;
static __typeof__(&openblas_get_corename) corename;

static const char *const sonames[] = {"libopenblas.so.0", "libopenblas.so", NULL};

int openblas_open(const char *coretype, char *error, size_t error_size) {
    /* The engine shares work between threads itself; BLAS threads of its own would only compete with them. */
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    if (coretype) setenv("OPENBLAS_CORETYPE", coretype, 1);
    for (int i = 0; sonames[i] && !library; i++) library = dlopen(sonames[i], RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(error, error_size, "%s", dlerror());
        return -1;
    }
    sgemm = (__typeof__(sgemm))dlsym(library, "cblas_sgemm");
    corename = (__typeof__(corename))dlsym(library, "openblas_get_corename");
    if (!sgemm || !corename) {
        snprintf(error, error_size, "the library lacks cblas_sgemm or openblas_get_corename: not OpenBLAS");
        openblas_close();
        return -1;
    }
    return 0;
}

void openblas_close(void) {
    if (library) dlclose(library);
    library = NULL;
    sgemm = NULL;
    corename = NULL;
}

const char *openblas_corename(void) { return corename ? corename() : ""; }

void openblas_sgemm(int transpose_a, int transpose_b, int m, int n, int k, const float *a, int lda, const float *b,
                    int ldb, float beta, float *c, int ldc) {
    sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans, m, n, k, 1,
          a, lda, b, ldb, beta, c, ldc);
}
