#include "kernel.h"

struct session { int id; long state; };

long state_of(struct session *session)
{
	consume(1);
	return session->state;
}

int read(struct session *session)
{
	return session->id;
}
