#include "kernel.h"

struct walk { long at; long left; };

static noinline int step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->at;
}


void *memset(void *to, int value, size_t size);

int run(long count)
{
	struct walk walks[3];
	struct walk *walk;
	int sum = 0;

	memset(walks, 0, sizeof(walks));
	for (walk = walks; walk < walks + 3; walk++) {
		walk->left = count;
		sum += step(walk);
	}
	return sum;
}
