#include "kernel.h"

struct key {
	int small;
	int large;
};
struct slot { void *key; };

int large_of(struct slot *slot)
{
	struct key *key = slot->key;

	return key->large;
}
