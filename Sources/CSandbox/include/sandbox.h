#ifndef SANDBOX_H
#define SANDBOX_H

/* What a process that decodes hostile files gives up for good. Each call returns 0 or an errno: the kernel may lack
   it. */

/* Neither this process nor a program that it starts gains privileges. Comes before the two others. */
int sandbox_no_new_privileges(void);

/* Landlock: no writing to any file or directory, no execve; no TCP, no signals to other processes where the kernel
   knows these. Reading stays. Holds for the calling thread and those that it starts: called before there are others. */
int sandbox_landlock(void);

/* seccomp: all threads may only do what is needed to compute and to use the descriptors that are open: seccomp.c. */
int sandbox_seccomp(void);

/* No core file, which would hold images; few descriptors; no growing of files, unless standard error is one: complaints
   go there. For good, as all limits here. */
int sandbox_limit_files(void);

/* How much address space the process takes at most, in bytes. */
int sandbox_limit_memory(unsigned long long bytes);

/* One thing that must be refused, and what trying it gave: 0 where it was done, else an errno. */
typedef struct {
    const char *name;
    int (*attempt)(void);
} sandbox_attempt;

/* Ends with a name that is NULL. Only for processes made for it: what is not refused is done. */
const sandbox_attempt *sandbox_attempts(void);

#endif
