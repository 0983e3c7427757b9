#include "kernel.h"

union key {
	int small;
	int large;
};
struct slot { void *key; };

int large_of(struct slot *slot)
{
	union key *key = slot->key;

	return key->large;
}
