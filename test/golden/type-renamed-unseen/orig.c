#include "kernel.h"

struct reader {
	int position;
	int end;
};
struct file { void *private_data; };

int close(struct file *file)
{
	consume(1);
	return !file->private_data;
}
