#include "kernel.h"

struct ratelimit_state {
	int interval;
	int burst;
	int printed;
};
extern int ratelimit(struct ratelimit_state *rs);

int report(int n)
{
	static struct ratelimit_state _rs = { .interval = 1250, .burst = 10 };
	return ratelimit(&_rs) ? printk("%d\n", n) : 0;
}

int complain(int n)
{
	static struct ratelimit_state _rs = { .interval = 1250, .burst = 5 };
	return ratelimit(&_rs) ? printk("%d\n", n) : 0;
}

int warn(int n)
{
	static int __warned;
	if (__warned == 0 && n < 0)
		__warned = printk("%d\n", n);
	return n;
}
