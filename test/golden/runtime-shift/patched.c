#include "kernel.h"

unsigned int bucket(unsigned int hash)
{
	return runtime_const_shift_right_32(hash + 1, hash_shift);
}
