#include "kernel.h"

struct static_key hardened __ro_after_init;
