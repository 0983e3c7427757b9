#include "kernel.h"

struct device { int (*handler)(int n); int *names; };
extern int handle(int n);

int ask(struct device *device)
{
	device->handler = handle;
	return produce();
}
