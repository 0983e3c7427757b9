#include "kernel.h"

typedef struct { int counter; } atomic_t;
typedef struct { atomic_t refs; } refcount_t;
struct session { long id; refcount_t users; };

int users_of(struct session *session)
{
	return session->users.refs.counter + 1;
}
