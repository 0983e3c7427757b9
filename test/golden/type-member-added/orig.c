#include "kernel.h"

struct session {
	int id;
	int state;
	struct session *next;
};

extern struct session *find(int id);

int start(int id)
{
	struct session *session = find(id);

	consume(session->id);
	return session->state;
}

int identify(struct session *session)
{
	return session->id;
}

void forget(struct session *session)
{
	consume(session->id);
	printk("%p", session);
}
