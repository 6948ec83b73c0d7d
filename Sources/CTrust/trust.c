// URLSession on Linux makes its connections with libcurl and lets nobody set libcurl's options: not by its delegate, not
// by the environment. So the one call by which it makes a handle, curl_easy_init, is answered here, which makes it as
// libcurl does and sets the authorities. Foundation leaves them alone when they are set. Package.swift has the linker
// export it; should it not be found, the system's authorities count and a private one's certificate is refused.

#define _GNU_SOURCE
#include "trust.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

// From libcurl's interface, which never renumbers.
enum { OPTION_CAINFO = 10065, OPTION_CAPATH = 10097 };

static char authorities[4096];

bool trust_only(const char *path) {
    if (strlen(path) >= sizeof authorities) return false;
    strcpy(authorities, path);
    return true;
}

void *curl_easy_init(void);
void *curl_easy_init(void) {
    void *(*make)(void) = (void *(*)(void))dlsym(RTLD_NEXT, "curl_easy_init");
    void *handle = make ? make() : NULL;
    if (!handle || !authorities[0]) return handle;
    int (*set)(void *, int, ...) = (int (*)(void *, int, ...))dlsym(RTLD_NEXT, "curl_easy_setopt");
    // Without the option nothing is trusted that should not be: the connection fails by the system's authorities.
    if (set) {
        set(handle, OPTION_CAINFO, authorities);
        set(handle, OPTION_CAPATH, (char *)NULL);
    }
    return handle;
}
