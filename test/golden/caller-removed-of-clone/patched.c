#include "kernel.h"

extern int sleep_for(int ms);
extern int total;

struct args {
	int *at;
	int spare;
};

static noinline int weigh(struct args *args, int value, int unused)
{
	total += value + args->spare;
	return total * *args->at + sleep_for(value);
}

static noinline int wait_then_weigh(struct args *args, int value)
{
	sleep_for(value);
	return weigh(args, value, 3) + 1;
}

int measure(struct args *args, int value)
{
	return wait_then_weigh(args, value);
}

int measure_again(struct args *args, int value)
{
	return weigh(args, value + 1, 4);
}
