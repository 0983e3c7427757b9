#include "kernel.h"

struct walk { long at; long left; };

static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->at;
}


#define container_of(pointer, type, member) ((type *)((char *)(pointer) - __builtin_offsetof(type, member)))

int wake(long *at)
{
	return step(container_of(at, typeof(*(struct walk *)0), at));
}

int run(long count)
{
	struct walk walk = { .at = count };

	walk.left = produce();
	return step(&walk);
}
