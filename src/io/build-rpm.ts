import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Package, PackageFile, PackageTree } from '../core/package/mod.ts'
import { type PackageOptions, wrap } from './build-deb.ts'
import { execOk } from './exec.ts'
import { stageTree } from './staged-tree.ts'

/** What dpkg alone has a use for. */
const DEBIAN_ONLY = /^\/usr\/share\/(?:lintian\/|doc\/[^/]+\/changelog\.gz$)/

/** Builds the same package as an .rpm; returns its path. The same input gives the same bytes. Scripts are rpm's own: post, preun, postun, posttrans. */
export async function buildRpm(wanted: Package, { folder, epoch, isQuick }: PackageOptions): Promise<string> {
  const work = join(folder, `.${wanted.name}.rpmbuild`)
  const tree = { ...wanted.tree, files: wanted.tree.files.filter(({ path }) => !DEBIAN_ONLY.test(path)).map(atHome) }
  try {
    await stageTree(tree, join(work, 'stage'), epoch)
    await writeFile(join(work, 'package.spec'), formatSpec({ ...wanted, tree }))
    const defines = {
      _topdir: work,
      _buildhost: 'reproducible',
      _build_id_links: 'none',
      _binary_payload: isQuick ? 'w1.zstdio' : 'w6.xzdio',
      use_source_date_epoch_as_buildtime: '1',
      clamp_mtime_to_source_date_epoch: '1',
      debug_package: '%{nil}',
      // The executable is not to be stripped: the bundle is in it.
      __os_install_post: '%{nil}',
      _rpmfilename: `%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm`,
      _rpmdir: folder,
    }
    const args = Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`])
    await execOk('rpmbuild', ['-bb', '--target', 'x86_64', ...args, join(work, 'package.spec')], {
      env: { SOURCE_DATE_EPOCH: String(epoch) },
      package: 'rpm',
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return join(folder, `${wanted.name}-${wanted.version}-1.x86_64.rpm`)
}

/** Where rpm distributions look for it. */
function atHome(file: PackageFile): PackageFile {
  return { ...file, path: file.path.replace('/zsh/vendor-completions/', '/zsh/site-functions/') }
}

/** Libraries that the executable needs are found by rpmbuild itself. */
export function formatSpec({
  name,
  version,
  summary,
  description,
  licence,
  requires = [],
  recommends = [],
  tree,
  scripts,
}: Package): string {
  const sections = Object.entries(scripts).map(([script, text]) => `%${script}\n${escape(text.replace(/^#!\/bin\/sh\n/, ''))}`)
  return `Name: ${name}
Version: ${version}
Release: 1
Summary: ${escape(summary)}
License: ${licence}
${requires.map((one) => `Requires: ${one}\n`).join('')}${recommends.map((one) => `Recommends: ${one}\n`).join('')}
%description
${escape(description.map((paragraph) => wrap(paragraph, 78).join('\n')).join('\n\n'))}

%install
cp -a %{_topdir}/stage/. %{buildroot}/

${sections.join('\n')}
%files
${formatFiles(tree)}
`
}

function formatFiles({ files, folders }: PackageTree): string {
  const octal = (mode: number): string => mode.toString(8).padStart(4, '0')
  const ours = folders.map(({ path, mode }) => `%dir %attr(${octal(mode)},root,root) "${path}"`)
  const theirs = files.map(
    ({ path, mode = 0o644, isConfig }) => `${isConfig === true ? '%config(noreplace) ' : ''}%attr(${octal(mode)},root,root) "${path}"`,
  )
  return [...ours, ...theirs].join('\n')
}

/** In a spec file % begins a macro everywhere. */
function escape(text: string): string {
  return text.replaceAll('%', '%%')
}
