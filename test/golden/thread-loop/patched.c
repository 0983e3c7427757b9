#include "kernel.h"

struct task_struct;
extern int kthread_should_stop(void);
extern struct task_struct *kthread_create_on_node(int (*run)(void *), void *data, int node, const char *name);
extern struct task_struct *create_io_thread(int (*run)(void *), void *data, int node);
extern void on_timer(int (*handler)(void *));

static int worker(void *data)
{
	while (!kthread_should_stop())
		consume(produce() + 1);
	return 0;
}

static int io_worker(void *data)
{
	for (;;)
		consume(produce() + 1);
}

static int handler(void *data)
{
	consume(produce() + 1);
	return 0;
}

struct task_struct *start(void *data)
{
	on_timer(handler);
	return kthread_create_on_node(worker, data, -1, "worker");
}

struct task_struct *start_io(void *data)
{
	on_timer(handler);
	return create_io_thread(io_worker, data, -1);
}
