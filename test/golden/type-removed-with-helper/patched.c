#include "kernel.h"

struct session {
	int state;
	void *next;
};

void start(struct session *session)
{
	session->state = 1;
}
