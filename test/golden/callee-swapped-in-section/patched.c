#include "kernel.h"
#define __sched __section(".sched.text") noinline
static __sched int first(int x) { return produce() + x; }
static __sched int second(int x) { return produce() - x; }
__sched int enter(int x) { return second(x) + produce(); }
int other(int x) { return second(x) + first(x); }
