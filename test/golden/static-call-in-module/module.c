#include "kernel.h"

DEFINE_STATIC_CALL(hook);
