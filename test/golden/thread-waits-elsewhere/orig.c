#include "kernel.h"

#define TASK_IDLE 0x402

extern int state;
extern void schedule(void);

static void wait_for_work(void)
{
	state = TASK_IDLE;
	schedule();
}

void receive(int *request)
{
	wait_for_work();
	consume(*request);
}

void count(int *request)
{
	consume(*request);
}

void resync(int *thread)
{
	consume(*thread);
}
