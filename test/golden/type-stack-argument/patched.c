#include "kernel.h"

struct walk { long at; long limit; long left; };

static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->limit;
}


void on_each(int (*function)(void *), void *argument);

static int step_back(void *argument)
{
	return step(argument);
}

int run(long count)
{
	struct walk walk = { .at = count };

	on_each(step_back, &walk);
	return step(&walk);
}
