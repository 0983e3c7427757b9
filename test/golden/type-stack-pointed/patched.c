#include "kernel.h"

struct walk { long at; long limit; long left; };

static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->limit;
}


struct task { struct walk *walk; };

int run(struct task *task, long count)
{
	struct walk walk = { .at = count };
	int result;

	task->walk = &walk;
	result = step(&walk);
	task->walk = NULL;
	return result;
}
