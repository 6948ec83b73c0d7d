/* By number, without the kernel's header, which may be older than the kernel. The numbers are the same on all
   processors. */
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { create_ruleset = 444, restrict_self = 446, create_ruleset_version = 1 };

/* struct landlock_ruleset_attr; a kernel of an earlier version takes the members that it knows. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scope;
};

/* LANDLOCK_ACCESS_FS_*: bits 0 to 12 are of version 1. */
enum { read_file = 1 << 2, read_directory = 1 << 3, first_version = (1 << 13) - 1 };

int sandbox_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno; }

int sandbox_landlock(void) {
    long version = syscall(create_ruleset, NULL, 0, create_ruleset_version);
    if (version < 0) return errno;
    /* What is handled and allowed by no rule is refused. */
    struct ruleset all = {first_version & ~(read_file | read_directory), 0, 0};
    size_t size = sizeof all.files;
    if (version >= 2) all.files |= 1 << 13; /* another directory for a file */
    if (version >= 3) all.files |= 1 << 14; /* truncate */
    if (version >= 5) all.files |= 1 << 15; /* ioctl on devices */
    if (version >= 4) {
        all.network = 1 << 0 | 1 << 1; /* TCP: bind, connect */
        size = offsetof(struct ruleset, scope);
    }
    if (version >= 6) {
        all.scope = 1 << 0 | 1 << 1; /* abstract Unix sockets, signals */
        size = sizeof all;
    }
    int rules = (int)syscall(create_ruleset, &all, size, 0);
    if (rules < 0) return errno;
    int result = syscall(restrict_self, rules, 0) == 0 ? 0 : errno;
    close(rules);
    return result;
}
