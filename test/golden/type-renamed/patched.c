#include "kernel.h"

struct cursor {
	int limit;
	int position;
	int end;
};
struct file { void *private_data; };

int open(struct file *file)
{
	struct cursor *reader = kmalloc(sizeof(*reader));

	file->private_data = reader;
	return 0;
}

int position_of(struct file *file)
{
	struct cursor *reader = file->private_data;

	return reader->position;
}
