#include "kernel.h"

struct session { long id; long owner; };

void set(struct session *session)
{
	session->id = produce();
	session->owner = produce();
}
