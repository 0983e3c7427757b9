#include "kernel.h"

struct work { void (*func)(void); int users; };

static void drain(void)
{
	consume(1);
}

int queue_on(int n)
{
	drain();
	return n + produce();
}
