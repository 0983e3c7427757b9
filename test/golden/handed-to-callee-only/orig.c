#include "kernel.h"

struct lock { int value; };
extern void mutex_lock(struct lock *lock);
extern void mutex_unlock(struct lock *lock);
extern void *memcpy(void *to, const void *from, size_t size);
struct device { int mode; int names[8]; void (*done)(struct device *device); };

int read(struct device *device, int n)
{
	return n + produce();
}

void count(struct device *device)
{
	consume(1);
}

void copy(struct device *device)
{
	consume(2);
}

void check(struct device *device)
{
	consume(3);
}
