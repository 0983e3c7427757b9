#include "kernel.h"
#define MODULE_INFO(name, text) static const char name[] __used __section(".modinfo") __attribute__((aligned(1))) = text

MODULE_INFO(__UNIQUE_ID_license8, "license=GPL");
MODULE_INFO(__UNIQUE_ID_alias9, "alias=pci:v00001235d*");

int check(int n)
{
	return n + produce() + 1;
}
