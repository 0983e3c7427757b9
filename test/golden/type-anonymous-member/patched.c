#include "kernel.h"

struct session {
	int id;
	union { int number; struct { short high; short low; }; };
	struct { int limit; int count; } use;
};

int high_of(struct session *session)
{
	return session->high;
}

int limit_of(struct session *session)
{
	return session->use.limit;
}
