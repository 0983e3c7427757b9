#include "kernel.h"

enum state { IDLE, RUNNING, PAUSED, DEAD };
struct session { enum state state; };

int is_dead(struct session *session)
{
	return session->state == DEAD;
}

int is_idle(struct session *session)
{
	consume(2);
	return session->state == IDLE;
}
