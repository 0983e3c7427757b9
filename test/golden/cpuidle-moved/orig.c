#include "kernel.h"

int __cpuidle leave(int n)
{
	consume(n);
	return produce() * 2;
}

int __cpuidle leave_alone(int n)
{
	consume(n);
	return produce() * 3;
}

int enter(int n)
{
	consume(n);
	return produce() * 4;
}

int enter_alone(int n)
{
	consume(n);
	return produce() * 5;
}

int __cpuidle rest(int n)
{
	consume(n);
	return produce();
}
