#include "kernel.h"

struct session { int id; int state; };

static inline int state_of(struct session *session)
{
	return session->state;
}

int check(struct session *session)
{
	return state_of(session) + produce();
}
