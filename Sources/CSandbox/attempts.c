/* What must be refused, tried. By number, so that no library looks for another way. */
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int outcome(long result) { return result >= 0 ? 0 : errno; }

static int open_socket(void) { return outcome(syscall(__NR_socket, AF_INET, SOCK_STREAM, 0)); }
static int local_socket(void) { return outcome(syscall(__NR_socket, AF_UNIX, SOCK_STREAM, 0)); }
static int write_file(void) {
    return outcome(syscall(__NR_openat, AT_FDCWD, "/tmp/pseudolabel-sandbox", O_WRONLY | O_CREAT, 0600));
}
static int read_file(void) { return outcome(syscall(__NR_openat, AT_FDCWD, "/etc/passwd", O_RDONLY)); }
static int remove_file(void) { return outcome(syscall(__NR_unlinkat, AT_FDCWD, "/tmp/pseudolabel-sandbox", 0)); }
static int rename_file(void) {
    return outcome(syscall(__NR_renameat2, AT_FDCWD, "/tmp/pseudolabel-a", AT_FDCWD, "/tmp/pseudolabel-b", 0));
}
static int execute(void) {
    char *const none[] = {NULL};
    return outcome(syscall(__NR_execve, "/bin/true", none, none));
}
static int new_process(void) {
    long id = syscall(__NR_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (id == 0) _exit(0);
    return outcome(id);
}
static int signal_parent(void) { return outcome(syscall(__NR_kill, getppid(), 0)); }
static int signal_parent_thread(void) { return outcome(syscall(__NR_tgkill, getppid(), getppid(), 0)); }
static int trace(void) { return outcome(syscall(__NR_ptrace, 0, 0, NULL, NULL)); }
static int mount_something(void) { return outcome(syscall(__NR_mount, "none", "/tmp", "tmpfs", 0, NULL)); }
static int executable_memory(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED ? 0 : errno;
}
static int make_executable(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? 0 : outcome(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}
static int raise_limit(void) {
    const unsigned long long unlimited[] = {~0ULL, ~0ULL};
    return outcome(syscall(__NR_prlimit64, 0, 9 /* RLIMIT_AS */, unlimited, NULL));
}
static int unknown_call(void) { return outcome(syscall(__NR_memfd_create, "sandbox", 0)); }

static const sandbox_attempt attempts[] = {
    {"socket", open_socket}, {"unix socket", local_socket}, {"write", write_file}, {"read", read_file},
    {"unlink", remove_file}, {"rename", rename_file}, {"execve", execute}, {"fork", new_process},
    {"kill", signal_parent}, {"tgkill", signal_parent_thread}, {"ptrace", trace}, {"mount", mount_something},
    {"mmap", executable_memory}, {"mprotect", make_executable}, {"prlimit", raise_limit}, {"memfd", unknown_call},
    {NULL, NULL},
};

const sandbox_attempt *sandbox_attempts(void) { return attempts; }
