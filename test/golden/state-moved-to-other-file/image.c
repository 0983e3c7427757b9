#include "kernel.h"

static struct request *pending;

void submit(struct request *request);
void submit(struct request *request)
{
	if (pending)
		consume(1);
	pending = request;
}
