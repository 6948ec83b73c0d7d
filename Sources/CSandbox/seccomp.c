/* A list of what is allowed, in classic BPF; everything else fails with EPERM, and opening files with EACCES. */
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#if defined(ARCHITECTURE) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

/* Calls without a condition: memory, threads and their waiting, time, open descriptors, questions about itself. x86-64's
   x32 calls have numbers of their own, which are not among these. */
static const int allowed[] = {
    __NR_read, __NR_write, __NR_readv, __NR_writev, __NR_close, __NR_lseek, __NR_fstat, __NR_dup,
    __NR_munmap, __NR_mremap, __NR_madvise, __NR_brk, __NR_membarrier,
    __NR_futex, __NR_set_robust_list, __NR_get_robust_list, __NR_set_tid_address, __NR_sched_yield, __NR_gettid,
    __NR_exit, __NR_exit_group, __NR_restart_syscall,
#ifdef __NR_rseq
    __NR_rseq,
#endif
    __NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigreturn, __NR_sigaltstack,
    __NR_clock_gettime, __NR_clock_getres, __NR_clock_nanosleep, __NR_nanosleep, __NR_gettimeofday, __NR_ppoll,
#ifdef __NR_poll
    __NR_poll,
#endif
#ifdef __NR_time
    __NR_time,
#endif
    __NR_getrandom, __NR_getpid, __NR_getppid, __NR_getuid, __NR_geteuid, __NR_getgid, __NR_getegid, __NR_getrusage,
    __NR_sched_getaffinity, __NR_sched_getparam, __NR_sched_getscheduler, __NR_sched_get_priority_max,
    __NR_sched_get_priority_min, __NR_sysinfo, __NR_uname, __NR_getcpu, __NR_times,
};

/* Looking for files: what asks goes on as where there are none. */
static const int no_files[] = {
    __NR_openat, __NR_newfstatat, __NR_readlinkat, __NR_faccessat,
#ifdef __NR_open
    __NR_open, __NR_stat, __NR_lstat, __NR_readlink, __NR_access,
#endif
#ifdef __NR_statx
    __NR_statx,
#endif
#ifdef __NR_faccessat2
    __NR_faccessat2,
#endif
#ifdef __NR_openat2
    __NR_openat2,
#endif
};

enum { longest = 512 };

struct program {
    struct sock_filter steps[longest];
    unsigned short count;
};

static void step(struct program *p, uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t value) {
    p->steps[p->count++] = (struct sock_filter){code, if_true, if_false, value};
}

static void answer(struct program *p, uint32_t action) { step(p, BPF_RET | BPF_K, 0, 0, action); }
static void allow(struct program *p) { answer(p, SECCOMP_RET_ALLOW); }
static void refuse(struct program *p, int code) { answer(p, SECCOMP_RET_ERRNO | (uint32_t)code); }

/* The steps that follow, so many, are those of one call; each way through them must end in an answer. */
static void of_call(struct program *p, int number, uint8_t steps) {
    step(p, BPF_JMP | BPF_JEQ | BPF_K, 0, steps, (uint32_t)number);
}

/* The low half of an argument: all that the kernel looks at of flags and ids. */
static void load_argument(struct program *p, int index) {
    step(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, args) + 8 * (uint32_t)index);
}

/* A call that is allowed where its argument is one of these. */
static void allow_values(struct program *p, int number, int index, const uint32_t *values, uint8_t count) {
    of_call(p, number, (uint8_t)(count + 3));
    load_argument(p, index);
    for (uint8_t i = 0; i < count; i++) step(p, BPF_JMP | BPF_JEQ | BPF_K, (uint8_t)(count - i), 0, values[i]);
    refuse(p, EPERM);
    allow(p);
}

/* A new thread, but no new process and no namespace. clone3 hides its flags from a filter: the C library then takes
   clone. */
static void threads(struct program *p) {
    const uint32_t namespaces =
        CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    of_call(p, __NR_clone, 5);
    load_argument(p, 0);
    step(p, BPF_JMP | BPF_JSET | BPF_K, 1, 0, namespaces);
    step(p, BPF_JMP | BPF_JSET | BPF_K, 1, 0, CLONE_THREAD);
    refuse(p, EPERM);
    allow(p);
#ifdef __NR_clone3
    of_call(p, __NR_clone3, 1);
    refuse(p, ENOSYS);
#endif
}

/* No memory that is both written and executed, at once or one after the other. */
static void memory(struct program *p) {
    of_call(p, __NR_mmap, 4);
    load_argument(p, 2);
    step(p, BPF_JMP | BPF_JSET | BPF_K, 0, 1, PROT_EXEC);
    refuse(p, EPERM);
    allow(p);
    of_call(p, __NR_mprotect, 4);
    load_argument(p, 2);
    step(p, BPF_JMP | BPF_JSET | BPF_K, 0, 1, PROT_EXEC);
    refuse(p, EPERM);
    allow(p);
}

/* Limits are read and not set: the new one must be a null pointer, in both halves. */
static void limits(struct program *p) {
    of_call(p, __NR_prlimit64, 6);
    load_argument(p, 2);
    step(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0);
    step(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, args) + 8 * 2 + 4);
    step(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0);
    refuse(p, EPERM);
    allow(p);
}

static void build(struct program *p) {
    p->count = 0;
    step(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
    step(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCHITECTURE);
    answer(p, SECCOMP_RET_KILL_PROCESS);
    step(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        of_call(p, allowed[i], 1);
        allow(p);
    }
    for (size_t i = 0; i < sizeof no_files / sizeof *no_files; i++) {
        of_call(p, no_files[i], 1);
        refuse(p, EACCES);
    }
    threads(p);
    memory(p);
    limits(p);
    /* abort's signal to its own thread. */
    const uint32_t self[] = {(uint32_t)getpid()};
    allow_values(p, __NR_tgkill, 0, self, 1);
    const uint32_t descriptor_questions[] = {F_GETFD, F_SETFD, F_GETFL};
    allow_values(p, __NR_fcntl, 1, descriptor_questions, 3);
    const uint32_t names[] = {PR_SET_NAME, PR_GET_NAME, PR_SET_VMA};
    allow_values(p, __NR_prctl, 0, names, 3);
    refuse(p, EPERM);
}

int sandbox_seccomp(void) {
    struct program program;
    build(&program);
    struct sock_fprog filter = {program.count, program.steps};
    /* Without SPEC_ALLOW earlier kernels slow down all that the process computes. */
    long result = syscall(
        __NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter);
    /* Positive: a thread that could not be brought along. */
    return result == 0 ? 0 : result > 0 ? EAGAIN : errno;
}

#else

int sandbox_seccomp(void) { return ENOSYS; }

#endif
