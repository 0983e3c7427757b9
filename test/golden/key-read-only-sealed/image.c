#include "kernel.h"

struct static_key hardened __ro_after_init;
struct static_key tracing;

void jump_label_init_ro(void);
void jump_label_init_ro(void)
{
}
