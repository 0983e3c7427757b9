#include "kernel.h"

#define __ro_after_init __section(".data..ro_after_init")
#define __percpu_ __section(".data..percpu")
const int sizes[2] = { 1, 2 };
int fixed __ro_after_init = 3;
int each __percpu_ = 5;
int grown[2] = { 1, 2 };
int one, other;
int *chosen = &one;
struct static_key fast = { 1 };
extern void publish(const int *sizes);

int check(int n)
{
	publish(sizes);
	chosen = &other;
	if (static_branch(&fast))
		return 0;
	return n > fixed + each + grown[n] + *chosen;
}
