#include "kernel.h"

#define LINE_MAX 64
struct reader { char *line; };

int open(struct reader *reader)
{
	reader->line = kmalloc(LINE_MAX);
	return reader->line ? 0 : -12;
}

void clear(struct reader *reader)
{
	int i;

	for (i = 0; i < LINE_MAX; i++)
		reader->line[i] = 0;
}
