#include "kernel.h"

struct walk { long at; long left; };
void fill(long *left);

static noinline int step(struct walk *walk)
{
	fill(&walk->left);
	return walk->left < walk->at;
}

static noinline int twice(struct walk *walk)
{
	return step(walk) + step(walk);
}

int run(long count)
{
	struct walk walk = { .at = count };

	walk.left = produce();
	return twice(&walk) + 1;
}
