#include "kernel.h"

struct session { long id;  };

void set(struct session *session)
{
	session->id = produce();
}
