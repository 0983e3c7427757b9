#include "kernel.h"

struct session {
	int id;
	union { int number; struct { short low; short high; }; };
	struct { int count; int limit; } use;
};

int high_of(struct session *session)
{
	return session->high;
}

int limit_of(struct session *session)
{
	return session->use.limit;
}
