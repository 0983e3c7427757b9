#include "kernel.h"

struct owner { int id; };
struct group { long id; int members; };
struct session { int id; struct group *owner; };

int owner_of(struct session *session)
{
	return session->owner->members;
}
