#include "kernel.h"

struct ops { int (*open)(int mode); int (*close)(void); int (*sync)(void); };

extern void enlist(const struct ops *ops);

static noinline int open(int mode)
{
	consume(mode + 1);
	return 1;
}

int close(void)
{
	return produce() + 1;
}

static int sync(void)
{
	return 0;
}

static const struct ops ops = { open, close, sync };

void start(int mode)
{
	consume(open(mode));
	consume(close());
	enlist(&ops);
}
