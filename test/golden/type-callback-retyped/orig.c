#include "kernel.h"

struct session;
struct ops { int (*open)(struct session *session); };

int open(struct ops *ops, struct session *session)
{
	return ops->open(session);
}
