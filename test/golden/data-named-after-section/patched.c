#include "kernel.h"

int limits_max __section("limits") = 4;
int limits_min __section("limits") = 1;

int check(int n)
{
	return n <= limits_min ? limits_min + 1 : n;
}
