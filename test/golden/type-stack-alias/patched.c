#include "kernel.h"
struct walk { long at; long limit; long left; };
static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->limit;
}

static int a_walker(void *w) __alias(step);
int start(void *p) { return a_walker(p); }
int run(long count)
{
	struct walk walk = { .at = count };
	walk.left = produce();
	return step(&walk);
}
