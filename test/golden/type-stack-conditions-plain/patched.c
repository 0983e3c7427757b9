#include "kernel.h"

struct walk { long at; long limit; long left; };

static noinline int step(struct walk *walk, struct walk *end)
{
	consume(walk->at);
	if (walk && (walk->left > 3) & (walk->at > 4))
		return 1;
	if (({ int least = produce(); least; }) && produce())
		return 2;
	return (walk < end) | (walk->left < walk->limit);
}

static noinline int ended(int least, struct walk *walk)
{
	return walk->left < least;
}

int run(long count)
{
	struct walk walk = { .at = count };

	walk.left = produce();
	return (count > 3) & step(&walk, NULL) & (ended(produce() + (count ? 1 : 2), &walk) != 0);
}
