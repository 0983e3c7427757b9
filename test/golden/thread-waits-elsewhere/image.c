#include "kernel.h"

extern void receive(int *request);
extern void count(int *request);
extern void resync(int *thread);

int asked;
int state;

void schedule(void)
{
	barrier();
}

int svc_thread_should_stop(int *request)
{
	return *request == asked;
}

int *md_register_thread(void (*run)(int *), int *thread, const char *name)
{
	run(thread);
	return thread;
}

int serve(void *data)
{
	while (!svc_thread_should_stop(data)) {
		receive(data);
		count(data);
	}
	return 0;
}

int *start_resync(int *array)
{
	return md_register_thread(resync, array, "resync");
}
