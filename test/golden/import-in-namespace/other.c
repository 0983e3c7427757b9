#include "kernel.h"

void hook(int n)
{
	consume(n);
}
EXPORT_SYMBOL_NS(hook, BUS);
