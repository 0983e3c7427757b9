#include "kernel.h"

union value { int number; char text[8]; };
struct option { union value value; int kind; };

int kind_of(struct option *option)
{
	return option->kind;
}

int number_of(union value *value)
{
	consume(1);
	return value->number;
}
