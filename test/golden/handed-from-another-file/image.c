#include "kernel.h"

struct device { int (*handler)(int n); int *names; };

int ask(struct device *device)
{
	return produce();
}
