#include "kernel.h"

int leave(int n)
{
	consume(n);
	return produce() * 2 + 1;
}

int leave_alone(int n)
{
	consume(n);
	return produce() * 3;
}

int __cpuidle enter(int n)
{
	consume(n);
	return produce() * 4 + 1;
}

int __cpuidle enter_alone(int n)
{
	consume(n);
	return produce() * 5;
}

int __cpuidle rest(int n)
{
	consume(n);
	return produce();
}
