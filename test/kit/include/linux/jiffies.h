/* kpatch-macros.h brings the kernel's header of this name along, for patches that lean on it. */
