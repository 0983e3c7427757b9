#include "kernel.h"

struct static_key tracing;
EXPORT_SYMBOL(tracing);
