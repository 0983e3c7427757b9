#include "kernel.h"

int check(int n)
{
	switch (n) {
	case 0: consume(1); return 2;
	case 1: return produce();
	case 2: printk("two"); return 9;
	case 3: return produce() + 3;
	case 4: consume(7); return 11;
	case 5: return produce() * 3;
	default: return 0;
	}
}

int other(int n)
{
	switch (n) {
	case 0: consume(2); return 3;
	case 1: return produce() + 1;
	case 2: printk("deux"); return 8;
	case 3: return produce() + 4;
	case 4: consume(8); return 12;
	case 5: return produce() * 5;
	default: return 1;
	}
}
