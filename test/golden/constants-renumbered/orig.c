#include "kernel.h"

typedef unsigned long quad __attribute__((vector_size(32)));

__attribute__((target("avx2"))) void first(quad *to)
{
	*to += (quad){ 1, 2, 3, 4 };
}

__attribute__((target("avx2"))) void second(quad *to)
{
	*to += (quad){ 5, 6, 7, 8 };
}
