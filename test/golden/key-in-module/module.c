#include "kernel.h"

struct static_key feature;
