#include "kernel.h"

struct head { struct head *next; void (*func)(struct head *head); };
struct work { long state; void (*func)(struct work *work); };
struct timer { long expires; };
struct device { const void *ops; void (*done)(struct device *device); struct head rcu; struct work work; struct timer timer; };

extern void call_rcu(struct head *head, void (*func)(struct head *head));
extern void init_timer_key(struct timer *timer, void (*func)(struct timer *timer));
extern void consume_address(const void *address);

static void free_later(struct head *head)
{
	consume(11);
}

void release(struct device *device)
{
	call_rcu(&device->rcu, free_later);
}

static void run_work(struct work *work)
{
	consume(12);
}

void set_up(struct device *device)
{
	device->work.func = run_work;
	consume(2);
}

static void expire(struct timer *timer)
{
	consume(13);
}

void start(struct device *device)
{
	init_timer_key(&device->timer, expire);
	consume(3);
}

static const int table[4] = { 1, 2, 3, 4 };

const int *table_of(struct device *device)
{
	return table;
}

static int limits[4];

void limit(struct device *device)
{
	consume_address(limits);
}
