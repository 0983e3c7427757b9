#include "kernel.h"

struct mode { const char *name; int size; };
extern struct mode modes[];

static int checked_size_of(unsigned int num)
{
	extern struct mode modes[];

	return num > 2 ? -22 : modes[num].size;
}

int size_of(unsigned int num)
{
	return checked_size_of(num);
}

struct mode modes[] = {
	{ "first", 1 },
	{ "second", 2 },
	{ "third", 3 },
};

int count(void)
{
	return sizeof(modes) / sizeof(modes[0]);
}
