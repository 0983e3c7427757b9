#include "kernel.h"

/* What follows
 * was further up.
 */
int check(int n)
{
	WARN_ON(n > 3);
	consume(__LINE__);
	return n;
}
