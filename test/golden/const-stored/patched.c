#include "kernel.h"

struct ops {
	int kind;
	int quirks;
};

static const struct ops a = { 1, 4 };
static const struct ops b = { 2, 4 };
static const struct ops c = { 3, 4 };
static const struct ops other = { 4, 0 };
static const int steps[5] = { 1, 2, 3, 4, 6 };

struct device {
	const struct ops *ops;
};
extern void register_ops(const struct ops *ops);
extern void describe(struct device *device);

int probe(struct device *device)
{
	device->ops = &a;
	return 0;
}

int probe_any(struct device *device, int id)
{
	device->ops = id > 3 ? &b : &other;
	return 0;
}

int irq(struct device *device)
{
	return device->ops->quirks;
}

void show(void)
{
	struct device example = { .ops = &c };

	register_ops(&c);
	describe(&example);
}

void walk(void)
{
	for (const int *step = steps; step < steps + 5; step++)
		consume(*step);
}
