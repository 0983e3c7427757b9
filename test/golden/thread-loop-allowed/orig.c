#include "kernel.h"

extern int kthread_should_stop(void);

int worker(void *data)
{
	while (!kthread_should_stop())
		consume(produce());
	return 0;
}
