#include "kernel.h"

struct walk { int at; long left; };

void fill(long *left);

static noinline int step(struct walk *walk)
{
	fill(&walk->left);
	return walk->left < walk->at;
}

int run(int count)
{
	struct walk walk;

	walk.at = count;
	fill(&walk.left);
	return step(&walk);
}
