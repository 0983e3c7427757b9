import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { buildEdits, outputFolder, probeOutputs, proveFolders } from '../kit/build-and-prove.ts'
import type { Edit } from '../kit/edit-source.ts'

/** Static keys and static calls of a module's code: its own are reached only after the loader has read the jump labels, the kernel's before. */

const folder = outputFolder()
afterAll(folder.dispose)

test('code of a module follows its own tracepoint and the keys of the kernel', async () => {
  const output = `${folder.path}/t_keys`
  const outcome = await buildEdits([TWICE, WAIT], { name: 't_keys', output, allowThreadLoop: ['svc_recv'] })
  if (outcome.kind !== 'built') throw new Error(JSON.stringify(outcome))
  expect(outcome.manifest.notes.map(({ subject }) => subject)).toContain('__tracepoint_cache_entry_update')
  expect(readFileSync(`${output}/work/4-diff/report.txt`, 'utf8')).toMatch(/svc_xprt\.c\n[^/]*entries {2}__jump_table/)
  const report = await proveFolders([output], COUNT_EVENTS)
  expect(report.findings).toEqual([])
  expect(probeOutputs(report)).toEqual(['off 0\non 1', 'off 0\non 2', 'off 0\non 1'])
})

/** The tracepoint of an updated entry is called twice. Its key and its static call lie in the module. */
const TWICE: Edit = {
  path: 'net/sunrpc/cache.c',
  find: '\t\ttrace_cache_entry_update(detail, h);\n',
  replace: '\t\ttrace_cache_entry_update(detail, h);\n\t\ttrace_cache_entry_update(detail, h);\n',
}
/** freezer_active is the kernel's. */
const WAIT: Edit = {
  path: 'net/sunrpc/svc_xprt.c',
  find: '\tWARN_ON_ONCE(rqstp->rq_xprt);\n\n\trqstp->rq_xprt = svc_xprt_dequeue(pool);\n',
  replace:
    '\tWARN_ON_ONCE(rqstp->rq_xprt);\n\tbarrier();\n\trqstp->rq_xprt = svc_xprt_dequeue(pool);\n\tbarrier();\n\tpool = rqstp->rq_pool;\n',
}

/** How often the tracepoint is seen for one update, with it off and on. */
const COUNT_EVENTS = `
[ -d /sys/kernel/tracing/events ] || mount -t tracefs none /sys/kernel/tracing
cd /sys/kernel/tracing
for state in 0 1; do
  echo > trace
  echo $state > events/sunrpc/cache_entry_update/enable
  n=$(cat /tmp/count 2>/dev/null || echo 1); echo $((n + 1)) > /tmp/count
  echo "nfsd 10.0.0.$n 2000000000 somebody" > /proc/net/rpc/auth.unix.ip/channel
  [ $state = 0 ] && word=off || word=on
  echo "$word $(grep -c 'cache_entry_update:' trace)"
done
echo 0 > events/sunrpc/cache_entry_update/enable
`
