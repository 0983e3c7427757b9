/** Fixes whose effect a program can see. */
export interface Fixes {
  readonly known: readonly KnownFix[]
  readonly own: readonly OwnFix[]
}

interface DemoFix {
  readonly id: string
  /** As Debian's changelog of linux names it. */
  readonly title: string
  readonly path: string
  /** A C program of probes/ with its arguments: exit code 1 where it sees the effect, 0 where it sees it gone; one line says what it saw. */
  readonly probe: { readonly program: string; readonly args: readonly string[] }
}

/** A fix that upstream made, and Debian's source packages carry. */
export interface KnownFix extends DemoFix {
  readonly cve: string | undefined
  /** The line, an upstream version known to lack the fix and one known to have it; what lies between is looked at. */
  readonly line: string
  readonly lackedBy: string
  readonly hadBy: string
  /** The file's difference is this fix when all of these stand in added lines. */
  readonly adds: readonly RegExp[]
}

/** A small hardening of our own, for a day on which the archive offers no pair with a fix that we know. */
export interface OwnFix extends DemoFix {
  /** Replaced once; a source without it is another one than we know. */
  readonly find: string
  readonly replacement: string
}

/** In order of preference. */
export const FIXES: Fixes = {
  known: [
    {
      id: 'flow_labels',
      title: 'ipv6: flowlabel: cap duplicate leases per socket',
      path: 'net/ipv6/ip6_flowlabel.c',
      probe: { program: 'flow-labels', args: [] },
      cve: 'CVE-2026-97597',
      line: '6.1',
      lackedBy: '6.1.190',
      hadBy: '6.1.192',
      adds: [/>= FL_MAX_PER_SOCK/, /err = -ENOBUFS;/, /!capable\(CAP_NET_ADMIN\)/],
    },
    {
      id: 'immutable_hint',
      title: 'fcntl: refuse F_SET_RW_HINT on an immutable inode',
      path: 'fs/fcntl.c',
      probe: { program: 'immutable-hint', args: [] },
      cve: undefined,
      line: '6.1',
      lackedBy: '6.1.190',
      hadBy: '6.1.192',
      adds: [/if \(IS_IMMUTABLE\(inode\)\)/, /return -EPERM;/],
    },
  ],
  own: [
    {
      id: 'cmdline',
      title: 'proc: show the command line of the kernel, secrets in it included, to administrators alone',
      path: 'fs/proc/cmdline.c',
      probe: { program: 'read-as-nobody', args: ['/proc/cmdline'] },
      find: '\n{\n\tseq_puts(m, saved_command_line);\n',
      replacement: '\n{\n\tif (!capable(CAP_SYS_ADMIN))\n\t\treturn -EPERM;\n\tseq_puts(m, saved_command_line);\n',
    },
    {
      id: 'version',
      title: 'proc: show the exact version of the kernel to administrators alone',
      path: 'fs/proc/version.c',
      probe: { program: 'read-as-nobody', args: ['/proc/version'] },
      find: '\n{\n\tseq_printf(m, linux_proc_banner,\n',
      replacement: '\n{\n\tif (!capable(CAP_SYS_ADMIN))\n\t\treturn -EPERM;\n\tseq_printf(m, linux_proc_banner,\n',
    },
  ],
}
