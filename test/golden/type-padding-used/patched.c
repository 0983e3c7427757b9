#include "kernel.h"

struct session { int id; int limit; long state; };

long state_of(struct session *session)
{
	consume(1);
	return session->state;
}

int read(struct session *session)
{
	return session->id + session->limit;
}
