#include "kernel.h"

struct node {
	int count;
	long *list;
	struct node *children;
};

static struct node tree = {
	.count = 2,
	.list = (long[]) { 3, 4 },
	.children = (struct node[]) {
		{ .count = 0, .list = (long[]) { } },
		{ .count = 0, .list = (long[]) { } },
	},
};

int check(int value)
{
	consume(value);
	return tree.children[value].list != tree.list;
}
