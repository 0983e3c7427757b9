#include "kernel.h"

struct extack { const char *msg; };
#define NL_SET_ERR_MSG(extack, text) do { static const char __msg[] = text; struct extack *e_ = (extack); if (e_) e_->msg = __msg; } while (0)

int before(int n, struct extack *extack)
{
	if (n == 1) {
		NL_SET_ERR_MSG(extack, "one");
		return -1;
	}
	return produce();
}

int first(int n, struct extack *extack)
{
	if (n < 0) {
		NL_SET_ERR_MSG(extack, "negative");
		return -1;
	}
	return produce();
}

int second(int n, struct extack *extack)
{
	if (n < 0) {
		NL_SET_ERR_MSG(extack, "is negative");
		return -1;
	}
	if (n > 99) {
		NL_SET_ERR_MSG(extack, "much too great");
		return -1;
	}
	if (n > 9) {
		NL_SET_ERR_MSG(extack, "too great");
		return -1;
	}
	return produce();
}
