#include "kernel.h"

struct mode { const char *name; int size; };
extern struct mode modes[];

int size_of(unsigned int num)
{
	return modes[num].size;
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
