import { describe, expect, test } from 'vitest'
import { collectUnits } from './collect-units.ts'
import { generatingRecipes, parseDryRun } from './dry-run.ts'
import { formatUnitCommands, parseUnitCommands, unitsOfSource } from './unit-commands.ts'

const TRAPS = (target: string) =>
  `trap 'rm -f ${target}; trap - HUP; kill -s HUP $$' HUP;  trap 'rm -f ${target}; trap - PIPE; kill -s PIPE $$' PIPE; `

/** A line as kbuild's dry run prints it. */
function recipe(kind: string, target: string, command: string): string {
  return `set -e;  echo '  ${kind} ${target}';    ${TRAPS(target)}${command}; scripts/basic/fixdep x '${command.replaceAll("'", "'\\''")}' > .cmd`
}

function compile(kind: string, base: string, options: { readonly flags?: string; readonly after?: string } = {}): string {
  const define = `-DKBUILD_MODNAME='"${base.slice(base.lastIndexOf('/') + 1)}"'`
  return recipe(
    kind,
    `${base}.o`,
    `gcc-12 -Wp,-MMD,${base}.d -O2 -mcmodel=kernel ${options.flags ?? ''} ${define} -c -o ${base}.o ${base}.c ${options.after ?? ''}`,
  )
}

const objects = (mod: string, folder: string, names: string) =>
  `set -e;     printf '%s\\n'   ${names} | awk '!x[$0]++ { print("${folder}/"$0) }' > ${mod}; printf '%s\\n' 'cmd_${mod} := …' > .cmd`

const OBJTOOL = '; ./tools/objtool/objtool --orc --retpoline'
const ORDINARY = [
  'make -f ./scripts/Makefile.build obj=fs',
  compile('CC     ', 'fs/namei', { after: `${OBJTOOL} fs/namei.o` }),
  compile('CC     ', 'arch/x86/entry/vdso/vgetcpu', { flags: '-mcmodel=small' }),
  compile('CC [M] ', 'fs/a/one', { after: `${OBJTOOL} --module fs/a/one.o` }),
  compile('CC [M] ', 'fs/a/two', { after: `${OBJTOOL} --module fs/a/two.o` }),
  objects('fs/a/a-fs.mod', 'fs/a', 'one.o two.o two.o'),
  objects('fs/a/b-fs.mod', 'fs/a', 'two.o'),
  compile('CC     ', 'scripts/mod/empty'),
]
const DELAYED = [
  compile('CC     ', 'fs/namei'),
  compile('CC [M] ', 'fs/a/one'),
  recipe(
    'LD [M] ',
    'fs/a/a-fs.o',
    'ld -r -o fs/a/a-fs.o @fs/a/a-fs.mod ; ./tools/objtool/objtool --ibt --orc --prefix=16  --link  --module fs/a/a-fs.o',
  ),
]
const collect = (lines: readonly string[]) => collectUnits(parseDryRun(lines.join('\n')))

describe('the units of a dry run', () => {
  test("have the compiler's words without output, source and dependency file", () => {
    expect(unitsOfSource(collect(ORDINARY), 'fs/namei.c')).toEqual([
      {
        source: 'fs/namei.c',
        output: 'fs/namei.o',
        compiler: ['gcc-12', '-O2', '-mcmodel=kernel', '-DKBUILD_MODNAME="namei"', '-c'],
        objtool: ['./tools/objtool/objtool', '--orc', '--retpoline'],
        modname: 'namei',
        owners: [{ kind: 'vmlinux' }],
      },
    ])
  })

  test('belong to vmlinux, to every module that links them, or to neither', () => {
    const owners = collect(ORDINARY).units.map((unit) =>
      unit.owners.map((owner) => (owner.kind === 'module' ? `${owner.name} ${owner.path}` : owner.kind)),
    )
    expect(owners).toEqual([['vmlinux'], ['other'], ['a_fs fs/a/a-fs.ko'], ['a_fs fs/a/a-fs.ko', 'b_fs fs/a/b-fs.ko']])
  })

  test('belong to their module when they are named by way of its folder', () => {
    const lines = [compile('CC [M] ', 'fs/a/../../virt/three'), objects('fs/a/a-fs.mod', 'fs/a', '../../virt/three.o')]
    expect(collect(lines).units.map(({ owners }) => owners)).toEqual([[{ kind: 'module', name: 'a_fs', path: 'fs/a/a-fs.ko' }]])
  })

  test('get the flags of the delayed objtool, without those of the link, where kbuild delays it', () => {
    expect(collect(DELAYED).units.map((unit) => unit.objtool.join(' '))).toEqual([
      './tools/objtool/objtool --orc --prefix=16',
      './tools/objtool/objtool --orc --prefix=16 --module',
    ])
  })

  test('are the same after a trip through their file', () => {
    const commands = collect(ORDINARY)
    expect(parseUnitCommands(formatUnitCommands(commands), 'commands.json')).toEqual(commands)
  })

  test('are a fault when there are none, or their file is not ours', () => {
    expect(() => collect(['make: nothing to do'])).toThrow(expect.objectContaining({ code: 'kernel/commands' }))
    expect(() => parseUnitCommands('{"format":"other"}', 'commands.json')).toThrow(expect.objectContaining({ code: 'kernel/commands' }))
  })
})

test('what generates sources for units is told from what is not needed', () => {
  const lines = [
    recipe('HOSTCC ', 'lib/gen_crc32table', 'gcc-12 -o lib/gen_crc32table lib/gen_crc32table.c'),
    recipe('GEN    ', 'lib/crc32table.h', 'lib/gen_crc32table > lib/crc32table.h'),
    recipe('ASN.1  ', 'crypto/rsa.asn1.[ch]', './scripts/asn1_compiler crypto/rsa.asn1'),
    recipe('GEN    ', 'security/selinux/flask.h security/selinux/av_permissions.h', 'genheaders'),
    recipe('HOSTCC ', 'scripts/mod/modpost.o', 'gcc-12'),
    recipe('VDSO2C ', 'arch/x86/entry/vdso/vdso-image-64.c', 'vdso2c'),
    compile('CC     ', 'lib/crc32'),
    'set -e; mkdir -p init/; trap "rm -f init/.x.tmp" EXIT; { echo; } > init/.x.tmp; if cmp; then echo \'  UPD     init/utsversion-tmp.h\'; mv -f a b; fi',
  ]
  expect(generatingRecipes(parseDryRun(lines.join('\n'))).map((entry) => entry.target)).toEqual([
    'lib/gen_crc32table',
    'lib/crc32table.h',
    'crypto/rsa.asn1.c',
    'security/selinux/flask.h',
    'init/utsversion-tmp.h',
  ])
})
