#include "kernel.h"
struct walk { long at; long limit; long left; };
static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->limit;
}

static noinline int inner(long count)
{
	struct walk walk = { .at = count };
	walk.left = produce();
	walk.limit = produce();
	return step(&walk);
}
int run(long count)
{
	return inner(count);
}
