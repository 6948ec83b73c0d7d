#include "sandbox.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { most_descriptors = 64 };

/* Never above the limit that there is. */
static int limit(int resource, rlim_t most) {
    struct rlimit bounds;
    if (getrlimit(resource, &bounds) != 0) return errno;
    if (bounds.rlim_max > most) bounds.rlim_max = most;
    if (bounds.rlim_cur > bounds.rlim_max) bounds.rlim_cur = bounds.rlim_max;
    return setrlimit(resource, &bounds) == 0 ? 0 : errno;
}

int sandbox_limit_files(void) {
    int code = limit(RLIMIT_CORE, 0);
    if (code == 0) code = limit(RLIMIT_NOFILE, most_descriptors);
    struct stat errors;
    if (code == 0 && (fstat(STDERR_FILENO, &errors) != 0 || !S_ISREG(errors.st_mode))) code = limit(RLIMIT_FSIZE, 0);
    return code;
}

int sandbox_limit_memory(unsigned long long bytes) { return limit(RLIMIT_AS, bytes); }
