import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { type BuildOptions, buildEdits, outputFolder, probeOutputs, proveFolders } from '../kit/build-and-prove.ts'
import { type Edit, LOOP_OFFSET, VERSION } from '../kit/edit-source.ts'

/**
 * Live patches of every kind, built for a stock kernel, applied to it while it runs, and taken out again. The lines differ in how functions begin
 * (padding and landing pads in 6.12), in their tables, and in how their modules are packed.
 */
const LINES = ['6.1', '6.12']

const folder = outputFolder()
afterAll(folder.dispose)

/** A loop device with a backing file, so that its attributes can be read. */
const READ_LOOP =
  '[ -e /tmp/disk ] || { dd if=/dev/zero of=/tmp/disk bs=4096 count=8 2>/dev/null; losetup /dev/loop0 /tmp/disk; }; cat /sys/block/loop0/loop/offset'

interface Case {
  readonly name: string
  readonly edits: readonly Edit[]
  readonly probe: string
  readonly flavour?: NonNullable<BuildOptions['flavour']>
}

async function builtAndProved(line: string, { name, edits, probe, ...kernel }: Case) {
  const output = `${folder.path}/${line}/${name}`
  const outcome = await buildEdits(edits, { name, output, line, ...kernel })
  if (outcome.kind !== 'built') throw new Error(`${name} was not built: ${JSON.stringify(outcome)}`)
  const report = await proveFolders([output], probe)
  expect(report.findings).toEqual([])
  const decisions = readFileSync(`${output}/work/4-diff/report.txt`, 'utf8')
  const tables = [...decisions.matchAll(/^ {2}entries {2}(\S+):/gm)].map(([, table]) => table)
  return { manifest: outcome.manifest, outputs: probeOutputs(report), tables }
}

/** What it changes, and what is to be seen before, with it and after. */
async function spanBoth(line: string, flavour: NonNullable<BuildOptions['flavour']> = 'cloud') {
  const { manifest, outputs } = await builtAndProved(line, {
    name: `t_span_${flavour}`,
    edits: [LOOP_OFFSET, VERSION],
    probe: `${READ_LOOP}; cut -c1-13 /proc/version`,
    flavour,
  })
  return { objects: manifest.objects.map((object) => object.name).toSorted(), outputs }
}

const SPANNED = { objects: ['loop', 'vmlinux'], outputs: ['0\nLinux version', 'patched 0\npatched Linux', '0\nLinux version'] }

// Debian compiles it for all machines: other options, and five times the modules.
test.each(LINES)(
  'on the generic flavour of %s, a live patch of the kernel image and of a module takes effect, and its effect goes with it',
  async (line) => {
    expect(await spanBoth(line, 'generic')).toEqual(SPANNED)
  },
)

describe.each(LINES)('on %s, a live patch takes effect, and its effect goes with it', (line) => {
  test('of a function in a loadable module', async () => {
    const { manifest, outputs } = await builtAndProved(line, { name: 't_module', edits: [LOOP_OFFSET], probe: READ_LOOP })
    expect(manifest.objects.map((object) => object.name)).toEqual(['loop'])
    expect(outputs).toEqual(['0', 'patched 0', '0'])
  })

  test('of functions in the kernel image and in a module', async () => {
    expect(await spanBoth(line)).toEqual(SPANNED)
  })

  test('with a new function and new static data', async () => {
    const { manifest, outputs } = await builtAndProved(line, {
      name: 't_new',
      edits: [NEW_DATA, NEW_USE],
      probe: 'cut -d" " -f1-3 /proc/version; cut -d" " -f1-3 /proc/version',
    })
    expect(manifest.added.map((added) => added.function)).toEqual(['kmend_word'])
    expect(outputs[1]).toBe('1 second 101\n2 first 1')
    expect(outputs[2]).toBe(outputs[0])
  })

  test('that goes on with the static variable inside a function, not with one of its own', async () => {
    // Inode numbers of anonymous inodes come from per-CPU batches of 1,024 that a static local counts: a fresh copy would start again at 1.
    const { outputs } = await builtAndProved(line, { name: 't_static', edits: [STATIC_LOCAL], probe: INODE_NUMBERS })
    const [before = [], during = [], after = []] = outputs.map((text) => text.split('\n').map(Number))
    expect(Math.min(...during)).toBeGreaterThan(Math.max(...before))
    expect(Math.min(...after)).toBeGreaterThan(Math.max(...during))
  })

  test('that reads a list of BTF ids, which the running kernel alone has filled in', async () => {
    const probe = 'head -n 1 /proc/kallsyms | sed "s/^ids [1-9].*/ids/; s/^0.*/symbol/"'
    const { outputs } = await builtAndProved(line, { name: 't_ids', edits: [ID_LIST], probe })
    expect(outputs).toEqual(['symbol', 'ids', 'symbol'])
  })

  test('of functions with jump labels, static calls, alternatives, bug entries, exceptions and lock prefixes', async () => {
    // nc waits for its connection in poll(2).
    const probe =
      'ping -c 2 -q 127.0.0.1 | grep -c " 0% packet loss"; sh -c "exit 3"; echo $?; (echo hello | nc -l -p 7 &); sleep 1; nc 127.0.0.1 7'
    const { outputs, tables } = await builtAndProved(line, { name: 't_rich', edits: RICH, probe })
    expect(tables).toEqual(
      expect.arrayContaining(['__bug_table', '__ex_table', '__jump_table', '.altinstructions', '.smp_locks', '.static_call_sites']),
    )
    expect(outputs).toEqual(Array(3).fill('1\n3\nhello'))
  })
})

test.each(LINES)('on %s, a cumulative version takes the place of the one before', async (line) => {
  const [one, two] = [`${folder.path}/${line}/v1`, `${folder.path}/${line}/v2`]
  const first = await buildEdits([VERSION], { name: 't_v1', output: one, line })
  const edits = [{ ...VERSION, replace: VERSION.replace.replace('patched ', 'version 2 ') }, LOOP_OFFSET]
  const second = await buildEdits(edits, { name: 't_v2', output: two, line })
  expect([first.kind, second.kind]).toEqual(['built', 'built'])
  const report = await proveFolders([one, two], 'cut -c1-9 /proc/version')
  expect(report.findings).toEqual([])
  expect(probeOutputs(report)).toEqual(['Linux ver', 'patched L', 'version 2', 'Linux ver'])
})

const NEW_DATA: Edit = {
  path: 'fs/proc/version.c',
  find: 'static int version_proc_show(',
  replace: `struct kmend_note { const char *word; int uses; };
static struct kmend_note notes[2] = { { "first", 0 }, { "second", 100 } };
static atomic_t reads;

static noinline const char *kmend_word(int n, int *uses)
{
	struct kmend_note *note = &notes[n & 1];

	*uses = ++note->uses;
	return note->word;
}

static int version_proc_show(`,
}
const NEW_USE: Edit = {
  path: 'fs/proc/version.c',
  find: '\tseq_printf(m, linux_proc_banner,',
  replace: `	int uses, n = atomic_inc_return(&reads);
	const char *word = kmend_word(n, &uses);

	seq_printf(m, "%d %s %d ", n, word, uses);
	seq_printf(m, linux_proc_banner,`,
}

const STATIC_LOCAL: Edit = {
  path: 'fs/inode.c',
  find: '\tunsigned int *p = &get_cpu_var(last_ino);\n\tunsigned int res = *p;\n',
  replace: `	static atomic_t patched_calls;
	unsigned int *p = &get_cpu_var(last_ino);
	unsigned int res = *p;

	/* every call takes a new batch */
	if (atomic_inc_return(&patched_calls) > 0)
		res = 0;
`,
}
/** Inode numbers of pipes; each shell pipeline makes one. */
const INODE_NUMBERS = 'for i in 1 2 3 4 5 6; do true | readlink /proc/self/fd/0 | tr -dc "0-9\\n"; done'

const ID_LIST: Edit = {
  path: 'kernel/kallsyms.c',
  find: '\t/* Some debugging symbols have no name.  Ignore them. */\n',
  replace: `	extern u32 btf_ksym_iter_id[];

	if (iter->pos == 1)
		seq_printf(m, "ids %u\\n", btf_ksym_iter_id[0]);
`,
}

const RICH: readonly Edit[] = [
  {
    // 6.12 writes the highest user address into this function's code at boot.
    path: 'fs/read_write.c',
    find: '\tif (!(file->f_mode & FMODE_CAN_READ))\n\t\treturn -EINVAL;\n\tif (unlikely(!access_ok(buf, count)))',
    replace: '\tif (WARN_ON_ONCE(!(file->f_mode & FMODE_CAN_READ)))\n\t\treturn -EINVAL;\n\tif (unlikely(!access_ok(buf, count)))',
  },
  {
    path: 'fs/exec.c',
    find: '\t/* Need to fetch pid before load_binary changes it */\n',
    replace:
      '\tstatic atomic_t execs;\n\n\tWARN_ON(atomic_inc_return(&execs) < 0);\n\t/* Need to fetch pid before load_binary changes it */\n',
  },
  {
    path: 'net/core/dev.c',
    find: '\tskb_reset_mac_header(skb);\n\tskb_assert_len(skb);\n',
    replace: '\tskb_reset_mac_header(skb);\n\tif (WARN_ON_ONCE(!skb->dev))\n\t\treturn -EINVAL;\n\tskb_assert_len(skb);\n',
  },
  {
    path: 'fs/select.c',
    find: '\tlen = min_t(unsigned int, nfds, N_STACK_PPS);\n',
    replace: '\tif (WARN_ON_ONCE(!ufds && nfds))\n\t\treturn -EFAULT;\n\tlen = min_t(unsigned int, nfds, N_STACK_PPS);\n',
  },
]
