/* What kpatch-macros.h needs of the kernel's header of this name, in small. */
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "=r"(var) : "0"(var))
