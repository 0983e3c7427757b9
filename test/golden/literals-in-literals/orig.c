#include "kernel.h"

struct node {
	int count;
	long *list;
	struct node *children;
};

#define NODE(...) { .count = 2, .list = (long[]) { 7, 8 }, .children = (struct node[]) { __VA_ARGS__ } }
#define LEAF { .count = 1, .list = (long[]) { 3 } }

struct node tree = NODE(NODE(LEAF, LEAF), NODE(LEAF, LEAF));

int check(int value)
{
	return tree.children[value].list != tree.list;
}
