#include "kernel.h"

struct extack { const char *msg; const void *data; };

int writable(struct extack *extack)
{
	static char __msg[] = "stays";

	__msg[0]++;
	extack->msg = __msg;
	return produce();
}

int bytes(struct extack *extack)
{
	static const unsigned char __msg[] = { 1, 2, 3, 0 };

	extack->data = __msg;
	return produce();
}

int unended(struct extack *extack)
{
	static const char __msg[] = { 'a', 'b', 'c', 'd' };

	extack->data = __msg;
	return produce();
}

int pointer(struct extack *extack)
{
	static const char *const __msg[] = { "one", "two" };

	extack->data = __msg;
	return produce();
}
