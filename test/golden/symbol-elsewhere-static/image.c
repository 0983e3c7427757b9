#include "kernel.h"

static int limit = 7;
int *const other_limits[] = { &limit };
