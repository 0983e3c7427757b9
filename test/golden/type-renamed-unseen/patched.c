#include "kernel.h"

struct cursor {
	int limit;
	int position;
	int end;
};
struct file { void *private_data; };

int close(struct file *file)
{
	consume(2);
	return !file->private_data;
}
