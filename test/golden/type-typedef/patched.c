#include "kernel.h"

typedef struct { int id; int limit; int state; } session_t;

int state_of(session_t *session)
{
	return session->state;
}
