#include "kernel.h"

enum state { IDLE, RUNNING, NR_STATES };
struct session { enum state state; };

static const char *const names[NR_STATES] = {
	[IDLE] = "idle",
	[RUNNING] = "running",
};

void show(struct session *session)
{
	printk("%s\n", names[session->state]);
}
