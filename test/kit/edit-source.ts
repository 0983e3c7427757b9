import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** One edit of a kernel source file: the first place of `find` becomes `replace`. */
export interface Edit {
  readonly path: string
  readonly find: string
  readonly replace: string
}

/** /proc/version begins with another word: a change in the kernel image. */
export const VERSION: Edit = {
  path: 'fs/proc/version.c',
  find: '\tseq_printf(m, linux_proc_banner,',
  replace: '\tseq_puts(m, "patched ");\n\tseq_printf(m, linux_proc_banner,',
}

/** A loop device's offset is shown with another word: a change in a loadable module. */
export const LOOP_OFFSET: Edit = {
  path: 'drivers/block/loop.c',
  find: 'return sysfs_emit(buf, "%llu\\n", (unsigned long long)lo->lo_offset);',
  replace: 'return sysfs_emit(buf, "patched %llu\\n", (unsigned long long)lo->lo_offset);',
}

/** The kernel's audit thread sleeps in this function for ever: a transition that does not end. */
export const KAUDITD: Edit = {
  path: 'kernel/audit.c',
  find: '\t\twake_up(&audit_backlog_wait);\n\n\t\t/* NOTE: we want',
  replace: '\t\twake_up(&audit_backlog_wait);\n\t\tcond_resched();\n\n\t\t/* NOTE: we want',
}

/** The main loops of kernel threads that an edit changes, which a build has to be allowed. */
export function threadLoopsOf(edit: Edit): readonly string[] {
  return edit === KAUDITD ? ['kauditd_thread'] : []
}

/** A unified diff that makes these edits on a source tree, as an author would hand it in. Throws when the text is not there. */
export function patchOf(tree: string, edits: readonly Edit[]): string {
  const files = new Map<string, string>()
  for (const { path, find, replace } of edits) {
    const text = files.get(path) ?? readFileSync(`${tree}/${path}`, 'utf8')
    if (!text.includes(find)) throw new Error(`${path} of this kernel has no "${find}"`)
    files.set(
      path,
      text.replace(find, () => replace),
    )
  }
  return [...files].map(([path, text]) => diff(`${tree}/${path}`, path, text)).join('')
}

function diff(original: string, path: string, text: string): string {
  const folder = mkdtempSync(`${tmpdir()}/kmend-edit-`)
  try {
    writeFileSync(`${folder}/patched`, text)
    execFileSync('diff', ['-u', '--label', `a/${path}`, '--label', `b/${path}`, original, `${folder}/patched`], { encoding: 'utf8' })
    return '' // diff ends with 0 when nothing differs
  } catch (error) {
    return (error as { stdout: string }).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
