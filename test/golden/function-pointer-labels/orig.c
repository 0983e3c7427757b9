#include "kernel.h"

int run(const unsigned char *code)
{
	static const void *const table[] = { &&stop, &&add, &&print };
	int value = 0;

	goto *table[*code++];
add:
	value += 2;
	goto *table[*code++];
print:
	consume(value);
	goto *table[*code++];
stop:
	return value;
}
