/* Moves the wall clock of a program, and of all it starts, by CLOCK_SHIFT seconds.

   Clocks that only count on, and the times of files, stay real: what waits still waits as long.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long shift;
static int (*real_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("CLOCK_SHIFT");
    shift = text ? atol(text) : 0;
    real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

static int is_wall_clock(clockid_t clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

/* Others may ask for the time before `begin` ran. */
static int ask(clockid_t clock, struct timespec *at)
{
    return real_gettime ? real_gettime(clock, at) : (int)syscall(SYS_clock_gettime, clock, at);
}

int clock_gettime(clockid_t clock, struct timespec *at)
{
    int code = ask(clock, at);
    if (!code && is_wall_clock(clock))
        at->tv_sec += shift;
    return code;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) {
        at->tv_sec = now.tv_sec;
        at->tv_usec = now.tv_nsec / 1000;
    }
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *at, int base)
{
    return clock_gettime(CLOCK_REALTIME, at) ? 0 : base;
}
