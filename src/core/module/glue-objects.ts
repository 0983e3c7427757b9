import { CALLBACKS, type Callback } from '../diff/mod.ts'
import { type LivepatchFunction, type ResolvedUnit, VMLINUX, isListed } from '../klp/mod.ts'
import { type GlueLatePointer, lateArray } from './glue-late.ts'
import { type GlueSetting, settingsArray } from './glue-settings.ts'
import { latePointers } from './late-data.ts'
import { callbackAlias, latePointerAlias, newFunctionAlias, settingAlias, trampolineAlias } from './patch-object.ts'

/** An object of the running system with all that the patch does in it, by the names that the patch objects give their parts. */
interface GlueObject {
  readonly name: string
  readonly functions: readonly (LivepatchFunction & { readonly alias: string })[]
  readonly callbacks: readonly { readonly when: Callback['when']; readonly alias: string }[]
  readonly settings: readonly GlueSetting[]
  readonly late: readonly GlueLatePointer[]
}

function objectsOf(units: readonly ResolvedUnit[]): GlueObject[] {
  const indexed = units.map((unit, index) => ({ unit, index })).filter(({ unit }) => isListed(unit))
  return [...Map.groupBy(indexed, ({ unit }) => unit.object)].map(([name, own]) => ({
    name,
    functions: own.flatMap(({ unit, index }) => unit.functions.map((func, rank) => ({ ...func, alias: newFunctionAlias(index, rank) }))),
    callbacks: own.flatMap(({ unit, index }) => unit.diff.callbacks.map(({ when }) => ({ when, alias: callbackAlias(index, when) }))),
    settings: own.flatMap(({ unit, index }) =>
      unit.diff.settings.map((setting, rank) => ({ ...setting, alias: settingAlias(index, rank) })),
    ),
    late: own.flatMap(({ unit, index }) =>
      latePointers(unit).map((pointer, rank) => ({
        ...pointer,
        alias: latePointerAlias(index, rank),
        trampolineAlias: pointer.trampoline && trampolineAlias(index, rank),
      })),
    ),
  }))
}

/** The arrays of functions, the callbacks and `objects[]`. The kernel wants an array of functions for each object, even an empty one. */
export function glueObjects(units: readonly ResolvedUnit[]): string[] {
  const objects = objectsOf(units)
  return [
    ...objects.flatMap(({ functions }) => functions.map(({ alias }) => `extern void ${alias}(void);`)),
    ...objects.flatMap(({ callbacks }) => callbacks.map(({ when, alias }) => `extern ${signature(when, alias)};`)),
    '',
    ...objects.flatMap((object, index) => [...functionArray(object, index), ...ownCallbacks(object, index)]),
    'static struct klp_object objects[] = {',
    ...objects.map((object, index) => `\t{ .name = ${nameOf(object)}, .funcs = funcs_${index}${callbackFields(object, index)} },`),
    '\t{ }',
    '};',
    '',
  ]
}

function nameOf({ name }: GlueObject): string {
  return name === VMLINUX ? 'NULL' : `"${name}"`
}

function signature(when: Callback['when'], name: string): string {
  return `${when === 'pre_patch' ? 'int' : 'void'} ${name}(struct klp_object *object)`
}

function functionArray({ functions }: GlueObject, index: number): string[] {
  return [
    `static struct klp_func funcs_${index}[] = {`,
    ...functions.map((func) => `\t{ .old_name = "${func.name}", .new_func = ${func.alias}, .old_sympos = ${func.sympos} },`),
    '\t{ }',
    '};',
    '',
  ]
}

function callbackFields(object: GlueObject, index: number): string {
  const fields = CALLBACKS.flatMap((when) => {
    const value = hasOwn(object, when) ? `${when}_${index}` : authorsCallback(object, when)
    return value === undefined ? [] : [`.${when} = ${value}`]
  })
  return fields.length === 0 ? '' : `,\n\t  .callbacks = { ${fields.join(', ')} }`
}

function hasOwn({ settings, late }: GlueObject, when: Callback['when']): boolean {
  if (when === 'pre_unpatch') return false
  return settings.length > 0 || (late.length > 0 && when !== 'post_patch')
}

function authorsCallback({ callbacks }: GlueObject, when: Callback['when']): string | undefined {
  return callbacks.find((callback) => callback.when === when)?.alias
}

/** Callbacks that call the author's. Values are set first, since that may be refused, and set back last. */
function ownCallbacks(object: GlueObject, index: number): string[] {
  const { settings, late } = object
  const [values, pointers] = [`settings_${index}`, `late_${index}`]
  const on = (array: string) => `${array}, ARRAY_SIZE(${array})`
  const own = {
    pre_patch: () => beforePatch(object, { set: `set_values(${on(values)})`, restore: `restore_values(${on(values)})` }, on(pointers)),
    post_patch: () => [`take_over_values(${on(values)});`, ...callAuthors(object, 'post_patch')],
    post_unpatch: () => [
      ...callAuthors(object, 'post_unpatch'),
      ...(settings.length === 0 ? [] : [`restore_values(${on(values)});`]),
      ...(late.length === 0 ? [] : [`put_back_late(object, ${on(pointers)});`]),
    ],
  }
  return [
    ...(settings.length === 0 ? [] : settingsArray(values, settings)),
    ...(late.length === 0 ? [] : lateArray(pointers, late)),
    ...(['pre_patch', 'post_patch', 'post_unpatch'] as const).flatMap((when) =>
      hasOwn(object, when)
        ? [`static ${signature(when, `${when}_${index}`)}`, '{', ...own[when]().map((line) => (line === '' ? '' : `\t${line}`)), '}', '']
        : [],
    ),
  ]
}

function callAuthors(object: GlueObject, when: Callback['when']): string[] {
  const name = authorsCallback(object, when)
  return name === undefined ? [] : [`${name}(object);`]
}

function beforePatch(object: GlueObject, values: { readonly set: string; readonly restore: string }, pointers: string): string[] {
  const { settings, late } = object
  const authors = authorsCallback(object, 'pre_patch')
  const noting = late.length === 0 ? [] : ['', `note_late(${pointers});`]
  if (settings.length === 0) return [...noting.slice(1), `return ${authors === undefined ? '0' : `${authors}(object)`};`]
  return [
    `int error = ${values.set};`,
    ...noting,
    '',
    ...(authors === undefined
      ? []
      : ['if (error)', '\treturn error;', `error = ${authors}(object);`, 'if (error)', `\t${values.restore};`]),
    'return error;',
  ]
}
