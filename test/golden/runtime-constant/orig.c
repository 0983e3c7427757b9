#include "kernel.h"

int check(size_t address)
{
	return address > runtime_const_ptr(ADDRESS_MAX) ? -14 : produce();
}

int other(size_t address)
{
	return address > runtime_const_ptr(ADDRESS_MAX);
}
