#include "kernel.h"

struct walk { long at; long limit; long left; };

static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->limit;
}


int run(long count)
{
	static struct walk walk;

	walk.left = count;
	return step(&walk);
}
