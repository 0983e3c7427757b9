#include "kernel.h"
struct walk { long at; long left; };
static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->at;
}

int run(long count)
{
	struct walk walk = { .at = count };
	walk.left = produce();
	return step(&walk);
}
