#include "kernel.h"

#define __ro_after_init __section(".data..ro_after_init")
#define __percpu_ __section(".data..percpu")
const int sizes[2] = { 1, 3 };
int fixed __ro_after_init = 4;
int each __percpu_ = 6;
int grown[3] = { 1, 2, 3 };
int one, other;
int *chosen = &other;
struct static_key fast = { 0 };
extern void publish(const int *sizes);

int check(int n)
{
	publish(sizes);
	chosen = &other;
	if (static_branch(&fast))
		return 0;
	return n > fixed + each + grown[n] + *chosen;
}
