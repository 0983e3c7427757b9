#include "kernel.h"

struct ops { int (*create)(int n); int (*parse)(int n); };
struct device { const struct ops *ops; int (*handler)(int n); };

static int header_create(int n)
{
	return n + produce();
}

static int header_parse(int n)
{
	return n - produce();
}

static const struct ops header_ops = { .create = header_create, .parse = header_parse };

void enslave(struct device *device)
{
	device->ops = &header_ops;
	consume(1);
}

static int odd(int n)
{
	return n ^ produce();
}

static int even(int n)
{
	return n & produce();
}

static int (*const handlers[])(int n) = { even, odd };

void choose(struct device *device, int n)
{
	device->handler = handlers[n & 1];
	consume(2);
}
