#include "kernel.h"
struct walk { long at; long left; };
static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->at;
}

static noinline int mid(struct walk *walk)
{
	consume(1);
	return step(walk) + 1;
}
int run(long count)
{
	struct walk walk = { .at = count };
	walk.left = produce();
	return mid(&walk);
}
