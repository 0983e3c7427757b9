#include "kernel.h"

struct node { struct node *next; };
struct session { long id; struct node node; };
#define container_of(pointer, type, member) ((type *)((char *)(pointer) - __builtin_offsetof(type, member)))

long identify(struct node *node)
{
	return container_of(node, struct session, node)->id;
}
