#include "kernel.h"

struct extack { const char *msg; };
#define NL_SET_ERR_MSG(extack, text) do { static const char __msg[] = text; struct extack *e_ = (extack); if (e_) e_->msg = __msg; } while (0)

int check(int n, struct extack *extack)
{
	if (n < 0) {
		NL_SET_ERR_MSG(extack, "negative number");
		return -1;
	}
	if (n > 100) {
		NL_SET_ERR_MSG(extack, "number is too great");
		return -2;
	}
	return produce();
}
