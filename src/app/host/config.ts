import { Fault } from '../../core/base/mod.ts'
import { type Setting, editPolicy, formatSetting, listSettings, parsePolicy, parseSetting } from '../../core/host/mod.ts'
import { note } from './host-store.ts'
import { PATHS } from './paths.ts'
import type { HostPorts, TomlAnswer } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { policyTables, withHostAsItIs } from './session.ts'

export interface SettingChange {
  readonly before: Setting
  readonly after: Setting
}

/** Every setting of the policy, or one by its name. Faults: host/policy. */
export async function readSettings(name: string | undefined, { toml }: Pick<HostPorts, 'toml'>): Promise<Setting[]> {
  const settings = settingsIn(await toml(PATHS.policy))
  return name === undefined ? settings : [findSetting(settings, name)]
}

/** Changes one setting in the policy's file, and nothing else of it. Without words the default holds again. Faults: host/not-root, host/policy. */
export async function changeSetting(
  { name, words }: { readonly name: string; readonly words: readonly string[] | undefined },
  ports: HostPorts,
): Promise<SettingChange> {
  return withHostAsItIs(ports, async () => {
    const { files, parseToml, system } = ports
    const text = (await files.exists(PATHS.policy)) ? await files.readText(PATHS.policy) : ''
    const settings = settingsIn(parseToml(text))
    const before = findSetting(settings, name)
    const value = words === undefined ? undefined : parseSetting(before, words)
    if (words !== undefined && value === undefined)
      throw new Fault('host/policy', `Cannot set ${name}: it takes one value, not ${words.length}`, {
        in: PATHS.policy,
        try: `kmend config set ${name} --default takes it out of the file`,
      })
    const after = value === undefined ? findSetting(listSettings({}), name) : { ...before, value, isDefault: false }
    const edited = editPolicy(text, before, value === undefined ? undefined : formatSetting(value))
    // Read as the agent will read it: what is wrong, or says anything else beside, is not written.
    const answer = parseToml(edited)
    const wanted = settings.map((setting) => (setting === before ? after : setting))
    if (answer.kind !== 'read' || JSON.stringify(settingsIn(answer)) !== JSON.stringify(wanted))
      throw new Fault('host/policy', `Cannot set ${name}: the file has it in a form that only a person should change`, {
        in: PATHS.policy,
        try: 'edit the file; man kmend.toml lists every setting',
      })
    if (edited === text) return { before, after }
    await files.write(PATHS.policy, edited)
    const detail = { setting: name, from: before.value, to: after.value, isDefault: after.isDefault }
    const { release } = readKernel(system)
    await note({ act: 'config', patch: null, release, reason: null, outcome: 'done', detail }, ports)
    return { before, after }
  })
}

function settingsIn(answer: TomlAnswer): Setting[] {
  const tables = policyTables(answer)
  parsePolicy(tables, PATHS.policy)
  return listSettings(tables)
}

function findSetting(settings: readonly Setting[], name: string): Setting {
  const found = settings.find((setting) => setting.name === name)
  if (found !== undefined) return found
  throw new Fault('host/policy', `Cannot find a setting ${name}`, {
    in: PATHS.policy,
    try: `one of ${settings.map((setting) => setting.name).join(', ')}`,
  })
}
