import { FIXES, type OwnFix } from '../catalogue.ts'
import { derivePatch } from '../derive.ts'
import { Fault } from '../../../core/base/mod.ts'
import type { DemoKernel } from '../attempts.ts'
import type { Shelf } from '../shelf.ts'
import type { RepoDemoPorts } from './ports.ts'

/** Our own changes, whose effect a shell can see: the first live patch has the first of them, the second both. */
export const [FIRST, SECOND] = FIXES.own as [OwnFix, OwnFix]

/** Writes the two as patches below a folder. Faults: demo/no-fix. */
export async function writeFixes(
  folder: string,
  { kernel, shelf }: { readonly kernel: DemoKernel; readonly shelf: Shelf },
  ports: RepoDemoPorts,
) {
  for (const fix of [FIRST, SECOND]) {
    const patch = await derivePatch({ kind: 'own', kernel, fix }, { shelf, fixes: FIXES }, ports)
    if (patch === undefined)
      throw new Fault('demo/no-fix', `Cannot make a patch to show: ${fix.path} of ${kernel.release.release} is another one than we know`)
    await ports.files.write(`${folder}/${fix.id}.patch`, patch)
  }
}
