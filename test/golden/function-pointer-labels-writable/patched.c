#include "kernel.h"

int run(const unsigned char *code)
{
	static void * table[] = { &&stop, &&add, &&print };
	int value = 0;

	goto *table[*code++];
add:
	value += 3;
	goto *table[*code++];
print:
	consume(value);
	if (produce())
		table[1] = &&stop;
	goto *table[*code++];
stop:
	return value;
}
