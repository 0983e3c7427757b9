#include "kernel.h"

struct lock { int value; };
extern void mutex_lock(struct lock *lock);
extern void mutex_unlock(struct lock *lock);
extern void *memcpy(void *to, const void *from, size_t size);
struct device { int mode; int names[8]; void (*done)(struct device *device); };

static const int weights[4] = { 1, 2, 3, 4 };
static const int single = 5;

int read(struct device *device, int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += weights[i & 3];
	return sum + produce();
}

static struct lock lock;
static long counted;

void count(struct device *device)
{
	mutex_lock(&lock);
	counted += *(volatile const int *)&single;
	mutex_unlock(&lock);
	consume(1);
}

static int names[8];

void copy(struct device *device)
{
	memcpy(device->names, names, sizeof(names));
	consume(2);
}

static noinline void finish(struct device *device)
{
	consume(4);
}

void check(struct device *device)
{
	if (device->done == finish)
		return;
	finish(device);
}
