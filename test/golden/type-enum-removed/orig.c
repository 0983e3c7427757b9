#include "kernel.h"

enum state { IDLE, RUNNING, DYING, NR_STATES };
struct session { enum state state; };

static const char *const names[NR_STATES] = {
	[IDLE] = "idle",
	[RUNNING] = "running",
	[DYING] = "dying",
};

void show(struct session *session)
{
	printk("%s\n", names[session->state]);
}
