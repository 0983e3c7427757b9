#include "kernel.h"
struct walk { long at; long left; };
static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->at;
}

void start(void *p)
{
	asm volatile("call %c0" :: "i"(step), "D"(p) : "memory", "rax");
}
int run(long count)
{
	struct walk walk = { .at = count };
	walk.left = produce();
	return step(&walk);
}
