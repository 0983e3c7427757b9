#include "kernel.h"

struct work { void (*func)(void); int users; };

static void drain(void)
{
	consume(1);
}

static DEFINE_PER_CPU(struct work, drain_work) = { .func = drain };

int queue_on(int n)
{
	void (*func)(void) = this_cpu_read(drain_work.func);

	func();
	return n + produce();
}
