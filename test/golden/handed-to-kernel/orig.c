#include "kernel.h"

struct head { struct head *next; void (*func)(struct head *head); };
struct work { long state; void (*func)(struct work *work); };
struct timer { long expires; };
struct device { const void *ops; void (*done)(struct device *device); struct head rcu; struct work work; struct timer timer; };

extern void call_rcu(struct head *head, void (*func)(struct head *head));
extern void init_timer_key(struct timer *timer, void (*func)(struct timer *timer));
extern void consume_address(const void *address);

void release(struct device *device)
{
	consume(1);
}

void set_up(struct device *device)
{
	consume(2);
}

void start(struct device *device)
{
	consume(3);
}

const int *table_of(struct device *device)
{
	return NULL;
}

void limit(struct device *device)
{
	consume(5);
}
