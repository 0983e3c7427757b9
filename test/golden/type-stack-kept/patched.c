#include "kernel.h"

struct walk { int at; int limit; long left; };

void fill(long *left);

static noinline int step(struct walk *walk)
{
	fill(&walk->left);
	return walk->left < walk->limit;
}

int run(int count)
{
	struct walk walk;

	walk.at = count;
	fill(&walk.left);
	return step(&walk);
}
