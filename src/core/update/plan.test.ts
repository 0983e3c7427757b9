import { describe, expect, test } from 'vitest'
import { editedFile } from '../../../test/kit/edited-file.ts'
import { bondsOf, blameCompileError, blameRefusal, leaveOut, linkAtoms, notAsked, parseCompileErrors } from './mod.ts'

const HELPER = editedFile('fs/helper.c', 'int help(int a)\n{\n-\treturn -1;\n+\treturn -EINVAL;\n}')
const CALLER = editedFile('fs/caller.c', 'int call(void)\n{\n-\treturn help(1) == -1;\n+\treturn help(1) < 0;\n}')
const BYSTANDER = editedFile(
  'fs/other.c',
  'int other(void)\n{\n-\treturn help(2);\n+\treturn 2;\n}\nint apart(int a)\n{\n-\treturn a;\n+\treturn a + 1;\n}',
)
const HEADER = editedFile(
  'fs/pair.h',
  'struct pair {\n\tint a;\n+\tint extra_count;\n};\n-int pair_sum(struct pair *p);\n+int pair_sum(struct pair *p, int start);',
)
const USER = editedFile(
  'fs/pair.c',
  'int use(struct pair *p)\n{\n+\tp->extra_count++;\n\treturn 0;\n}\nint alone(void)\n{\n-\treturn 0;\n+\treturn 5;\n}',
)

function plan(files: readonly { readonly atoms: readonly (typeof HELPER.atoms)[number][] }[]) {
  const atoms = files.flatMap((file) => file.atoms)
  return {
    plan: { atoms: new Map(atoms.map((atom) => [atom.id, atom])), leftOut: new Map() },
    bonds: bondsOf(atoms, linkAtoms(atoms)),
    atoms,
  }
}

const because = { code: 'not-traceable', reason: 'call: no entry' }

describe('what is left out', () => {
  test('takes along the function whose return value it relies on, and the other way round', () => {
    for (const first of [HELPER, CALLER]) {
      const { plan: whole, bonds } = plan([HELPER, CALLER, BYSTANDER])
      const { leftOut } = leaveOut(whole, bonds, [{ atom: first.atoms[0]?.id ?? '', why: because }])
      expect([...leftOut.keys()].toSorted()).toEqual(['fs/caller.c#1', 'fs/helper.c#1', 'fs/other.c#1'])
    }
  })

  test('takes along who uses a member that it adds, and leaves the rest of the file', () => {
    const { plan: whole, bonds } = plan([HEADER, USER])
    const { leftOut } = leaveOut(whole, bonds, [
      { atom: 'fs/pair.h#1', why: { code: 'layout-changed', reason: 'struct pair: 4 bytes become 8' } },
    ])
    expect([...leftOut].map(([id, { code, reason }]) => `${id} ${code}: ${reason}`)).toEqual([
      'fs/pair.h#1 layout-changed: struct pair: 4 bytes become 8',
      'fs/pair.c#1 belongs-together: it belongs with pair in fs/pair.h, which is left out (by extra_count)',
    ])
  })

  test('takes along who uses a member in its own file, though many files use that name', () => {
    const header = editedFile(
      'fs/pair.h',
      'struct pair {\n\tint a;\n+\tint busy;\n};\nstatic inline int pair_busy(struct pair *p)\n{\n-\treturn p->a;\n+\treturn p->busy;\n}',
    )
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) =>
      editedFile(`fs/${name}.c`, `int use_${name}(struct one_${name} *p)\n{\n+\tp->busy++;\n\treturn 0;\n}`),
    )
    const { plan: whole, bonds } = plan([header, ...many])
    const { leftOut } = leaveOut(whole, bonds, [{ atom: 'fs/pair.h#1', why: because }])
    expect([...leftOut.keys()]).toEqual(['fs/pair.h#1', 'fs/pair.h#2'])
  })

  test('takes along what alone in the update uses the same name more than before', () => {
    const lock = editedFile(
      'fs/lock.c',
      'int a(void)\n{\n+\tguard_begin(x);\n\treturn 0;\n}\nint b(void)\n{\n+\tguard_begin(y);\n\treturn 0;\n}',
    )
    const { plan: whole, bonds } = plan([lock])
    const { leftOut } = leaveOut(whole, bonds, [{ atom: 'fs/lock.c#1', why: because }])
    expect(leftOut.get('fs/lock.c#2')?.reason).toBe(
      'it edits uses of guard_begin as a in fs/lock.c does, which is left out: they may be one fix',
    )
  })

  test('does not bind what only shares a word that the whole update uses', () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => editedFile(`fs/${name}.c`, `int ${name}(void)\n{\n+\tcond_resched();\n\treturn 0;\n}`))
    const { plan: whole, bonds } = plan(many)
    expect(leaveOut(whole, bonds, [{ atom: 'fs/a.c#1', why: because }]).leftOut.size).toBe(1)
  })

  test('does not bind across folders what only shares a word', () => {
    const far = ['fs', 'net'].map((name) => editedFile(`${name}/a.c`, `int ${name}(void)\n{\n+\tgoto out_err;\n\treturn 0;\n}`))
    const { plan: whole, bonds } = plan(far)
    expect(leaveOut(whole, bonds, [{ atom: 'fs/a.c#1', why: because }]).leftOut.size).toBe(1)
  })

  // Each of these was torn in a real update, and its half alone did harm.
  const f = (name: string, ...lines: string[]) => `int ${name}(void)\n{\n${lines.map((line) => `${line}\n`).join('')}\treturn 0;\n}\n`
  test.each([
    {
      fact: 'a function of its file that leads to it by a line that stays: the callee handed an error on, the caller looks for none now',
      files: [editedFile('d/a.c', f('get_one', '-\told();', '+\tfresh();') + f('read_one', '\tget_one();', '-\tcheck();', '+\tgo_on();'))],
    },
    {
      fact: 'what frees the member that it frees no more, in a folder below',
      files: [
        editedFile('d/a.c', f('release', '-\tkfree(event->ranges);', '+\tone();')),
        editedFile('d/sub/b.c', f('later', '-\ttwo();', '+\tkfree(event->ranges);')),
      ],
    },
    {
      fact: 'what drops the reference that it takes',
      files: [editedFile('d/a.c', f('bind', '+\tget_device(host);') + f('unbind', '+\tput_device(parent);'))],
    },
    {
      fact: 'what uses a member of objects as only it does besides: the one waits for what the other says',
      files: [
        editedFile('d/a.c', f('leave', '-\tatomic_dec(&tn->wq_count);', '+\tdec_and_wake(&tn->wq_count, &tn->wq_count);')),
        editedFile('d/b.c', f('wait', '-\tspin();', '+\twait_var(&tn->wq_count);')),
      ],
    },
    {
      fact: 'what uses a member that it gives another type',
      files: [
        editedFile('d/a.h', 'struct one {\n-\tbool opened;\n+\tunsigned int opened;\n};'),
        editedFile('d/a.c', f('open_it', '-\tone->opened = 1;', '+\tone->opened++;')),
      ],
    },
    {
      fact: 'what has such a member on a line that stays: a name got a check no more, which its longer length made needless',
      files: [
        editedFile('d/a.h', 'struct info {\n-\tu8 name2_len;\n+\tu16 name2_len;\n};'),
        editedFile('d/a.c', f('copy_name', '-\tcheck(name);', '\tinfo->name2_len = name->len;')),
      ],
    },
    {
      fact: 'what calls no more, under a condition, what it calls no more',
      files: [
        editedFile('d/a.c', f('destroy', '-\tif (a || b)', '+\tif (a)', '\t\tdrop_queued(net);')),
        editedFile('d/b.c', f('timeout', '-\tdrop_queued(net);', '+\trefer(net);')),
      ],
    },
  ])('takes along $fact', ({ files }) => {
    const { plan: whole, bonds, atoms } = plan(files)
    expect(atoms).toHaveLength(2)
    for (const { id } of atoms) expect([...leaveOut(whole, bonds, [{ atom: id, why: because }]).leftOut.keys()]).toHaveLength(2)
  })

  test('takes along, from what only goes along, what uses the same member of objects', () => {
    const [leave, wait] = [
      editedFile('d/a.c', f('leave', '+\ttn->wq_count--;') + f('off', '-\tleave();')),
      editedFile('d/b.c', f('wait', '+\twatch(tn->wq_count);')),
    ]
    const { plan: whole, bonds, atoms } = plan([leave, wait])
    expect(leaveOut(whole, bonds, [{ atom: atoms[1]?.id ?? '', why: because }]).leftOut.size).toBe(3)
  })

  test('takes along all that use a name as it does, wherever they stand', () => {
    const three = editedFile('d/a.c', ['a', 'b', 'c'].map((name) => f(name, '+\tguard_begin(x);')).join(''))
    const { plan: whole, bonds, atoms } = plan([three])
    for (const { id } of atoms) expect(leaveOut(whole, bonds, [{ atom: id, why: because }]).leftOut.size).toBe(3)
  })

  test('does not take along who uses a member that only moves within its type', () => {
    const moved = editedFile('d/a.h', 'struct one {\n-\tint opened;\n\tint b;\n+\tint opened;\n};')
    const user = editedFile('d/b.c', f('use', '-\tif (one->opened)', '+\tif (!one->opened)', '\t\ttwo(one);'))
    const { plan: whole, bonds, atoms } = plan([moved, user])
    expect(leaveOut(whole, bonds, [{ atom: atoms[0]?.id ?? '', why: because }]).leftOut.size).toBe(1)
  })

  test('keeps the first reason', () => {
    const { plan: whole, bonds } = plan([HELPER, CALLER])
    const once = leaveOut(whole, bonds, [{ atom: 'fs/helper.c#1', why: because }])
    expect(leaveOut(once, bonds, [{ atom: 'fs/caller.c#1', why: because }]).leftOut.get('fs/caller.c#1')?.code).toBe('belongs-together')
  })

  test('is what lies outside the paths that were asked for, but for what these need', () => {
    const { bonds, atoms } = plan([HEADER, USER, HELPER])
    expect(notAsked(atoms, bonds, ['fs/pair.c']).map(({ atom }) => atom)).toEqual(['fs/pair.h#2', 'fs/helper.c#1'])
  })

  test('was not asked for either where it lies within those paths and belongs with something outside', () => {
    const { plan: whole, bonds, atoms } = plan([HELPER, CALLER])
    const { leftOut } = leaveOut(whole, bonds, notAsked(atoms, bonds, ['fs/caller.c']))
    expect([...leftOut].map(([id, { code, reason }]) => `${id} ${code}: ${reason}`)).toEqual([
      'fs/helper.c#1 not-asked: it lies outside the paths that were asked for',
      'fs/caller.c#1 not-asked: it belongs with help in fs/helper.c, which was not asked for (by help)',
    ])
  })
})

describe('the cause of a refusal', () => {
  const view = { source: 'fs/pair.c', file: USER.after, atoms: [...USER.atoms, ...HEADER.atoms] }
  test.each([
    ['alone', ['fs/pair.c#2']],
    ['alone.isra.0', ['fs/pair.c#2']],
    ['struct pair', ['fs/pair.h#1']],
    ['extra_count', ['fs/pair.c#1']],
    ['nothing_known', ['fs/pair.c#1', 'fs/pair.c#2']],
  ])('of %s', (subject, expected) => {
    expect(
      blameRefusal({ subject, reason: 'it cannot be' }, view)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(expected)
  })

  test('is in the function that the reason names', () => {
    const refusal = { subject: '__UNIQUE_ID_ddebug12.3', reason: 'alone refers to the place where it starts' }
    expect(blameRefusal(refusal, view).map(({ id }) => id)).toEqual(['fs/pair.c#2'])
  })

  test('is found through a function that calls it', () => {
    const file = editedFile('a.c', 'static int inner(void)\n{\n-\treturn 1;\n+\treturn 2;\n}\nint outer(void)\n{\n\treturn inner();\n}')
    expect(
      blameRefusal({ subject: 'outer', reason: '' }, { source: 'a.c', file: file.after, atoms: file.atoms }).map(({ id }) => id),
    ).toEqual(['a.c#1'])
  })
})

describe('the cause of a compile error', () => {
  const view = { source: 'fs/pair.c', file: USER.after, atoms: [...USER.atoms, ...HEADER.atoms] }
  const taken = (leftOut: readonly string[]) => ({
    isLeftOut: (name: string) => leftOut.includes(name),
    takenIn: (file: string) => [...USER.atoms, ...HEADER.atoms].filter((atom) => atom.file === file),
  })

  test('is the edit that uses what is left out', () => {
    const [error] = parseCompileErrors("fs/pair.c:3:10: error: 'struct pair' has no member named 'extra_count'\n")
    expect(blameCompileError(error as never, { ...view, atoms: USER.atoms }, taken(['extra_count'])).map(({ id }) => id)).toEqual([
      'fs/pair.c#1',
    ])
  })

  test('is the edit of a header at the place of the error, also where the unit uses nothing of it', () => {
    const [error] = parseCompileErrors("./fs/pair.h:2:5: error: 'struct pair' has no member named 'later'")
    const blamed = blameCompileError(error as never, { ...view, atoms: USER.atoms }, taken(['later']))
    expect(blamed.map(({ id }) => id)).toEqual(['fs/pair.h#1'])
  })

  test('is the edit that changes what unchanged code uses', () => {
    const text = "drivers/x.c:40:3: error: too few arguments to function 'pair_sum'\n./fs/pair.h:5:5: note: declared here\n"
    const [error] = parseCompileErrors(text)
    expect(blameCompileError(error as never, view, taken([])).map(({ id }) => id)).toEqual(['fs/pair.h#2'])
    expect(parseCompileErrors(text)[1]).toEqual({ file: 'fs/pair.h', line: 5, message: 'declared here' })
  })
})
