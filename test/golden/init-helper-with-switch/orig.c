#include "kernel.h"

static noinline void fill(int n)
{
	switch (n) {
	case 0: consume(3); break;
	case 1: consume(produce()); break;
	case 2: consume(5); printk("two"); break;
	case 3: consume(7 * produce()); break;
	case 4: printk("four"); break;
	case 5: consume(9); consume(10); break;
	}
}

int __init setup(int n)
{
	fill(n);
	return 0;
}

int check(int n)
{
	return n + produce();
}
