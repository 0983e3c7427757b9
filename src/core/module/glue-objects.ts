import { CALLBACKS, type Callback } from '../diff/mod.ts'
import { type LivepatchFunction, type ResolvedUnit, VMLINUX, isListed } from '../klp/mod.ts'
import { type GlueSetting, settingsArray } from './glue-settings.ts'
import { callbackAlias, newFunctionAlias, settingAlias } from './patch-object.ts'

/** An object of the running system with all that the patch does in it, by the names that the patch objects give their parts. */
interface GlueObject {
  readonly name: string
  readonly functions: readonly (LivepatchFunction & { readonly alias: string })[]
  readonly callbacks: readonly { readonly when: Callback['when']; readonly alias: string }[]
  readonly settings: readonly GlueSetting[]
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
  }))
}

/** The arrays of functions, the callbacks and `objects[]`. The kernel wants an array of functions for each object, even an empty one. */
export function glueObjects(units: readonly ResolvedUnit[]): string[] {
  const objects = objectsOf(units)
  return [
    ...objects.flatMap(({ functions }) => functions.map(({ alias }) => `extern void ${alias}(void);`)),
    ...objects.flatMap(({ callbacks }) => callbacks.map(({ when, alias }) => `extern ${signature(when, alias)};`)),
    '',
    ...objects.flatMap((object, index) => [...functionArray(object, index), ...settingCallbacks(object, index)]),
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

function callbackFields({ callbacks, settings }: GlueObject, index: number): string {
  const fields = CALLBACKS.flatMap((when) => {
    const own = settings.length > 0 && when !== 'pre_unpatch' ? `${when}_${index}` : undefined
    const value = own ?? callbacks.find((callback) => callback.when === when)?.alias
    return value === undefined ? [] : [`.${when} = ${value}`]
  })
  return fields.length === 0 ? '' : `,\n\t  .callbacks = { ${fields.join(', ')} }`
}

/** Values are set first, since that may be refused, and set back last. */
function settingCallbacks({ callbacks, settings }: GlueObject, index: number): string[] {
  if (settings.length === 0) return []
  const array = `settings_${index}`
  const authors = (when: Callback['when']) => callbacks.find((callback) => callback.when === when)?.alias
  const [before, applied, after] = [authors('pre_patch'), authors('post_patch'), authors('post_unpatch')]
  return [
    ...settingsArray(array, settings),
    `static ${signature('pre_patch', `pre_patch_${index}`)}`,
    '{',
    `\tint error = set_values(${array}, ARRAY_SIZE(${array}));`,
    '',
    ...(before === undefined
      ? []
      : [
          '\tif (error)',
          '\t\treturn error;',
          `\terror = ${before}(object);`,
          '\tif (error)',
          `\t\trestore_values(${array}, ARRAY_SIZE(${array}));`,
        ]),
    '\treturn error;',
    '}',
    '',
    `static ${signature('post_patch', `post_patch_${index}`)}`,
    '{',
    `\ttake_over_values(${array}, ARRAY_SIZE(${array}));`,
    ...(applied === undefined ? [] : [`\t${applied}(object);`]),
    '}',
    '',
    `static ${signature('post_unpatch', `post_unpatch_${index}`)}`,
    '{',
    ...(after === undefined ? [] : [`\t${after}(object);`]),
    `\trestore_values(${array}, ARRAY_SIZE(${array}));`,
    '}',
    '',
  ]
}
