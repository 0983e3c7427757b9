#include "kernel.h"

struct session;
extern struct session *current_session;
extern int session_state(struct session *session);

int is_dead(void)
{
	return session_state(current_session) == 2;
}
