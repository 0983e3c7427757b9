#include "kernel.h"

enum state { IDLE, RUNNING, PAUSED, STATE_MAX };

int is_known(unsigned int state)
{
	return state < STATE_MAX;
}
