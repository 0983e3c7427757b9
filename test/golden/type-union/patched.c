#include "kernel.h"

union value { int number; char text[16]; };
struct option { union value value; int kind; };

int kind_of(struct option *option)
{
	return option->kind;
}

int number_of(union value *value)
{
	consume(2);
	return value->number;
}
