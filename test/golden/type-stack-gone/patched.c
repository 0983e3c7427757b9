#include "kernel.h"

struct walk { long at; long limit; long left; };
void fill(long *left);

static noinline int step(struct walk *walk)
{
	fill(&walk->left);
	return walk->left < walk->limit;
}

int run(long count)
{
	struct walk walk = { .at = count, .limit = count + 1 };

	walk.left = produce();
	return step(&walk) + 1;
}
