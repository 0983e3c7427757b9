import { describe, expect, test } from 'vitest'
import { idsOfHeader, parseUnifiedDiff } from './mod.ts'

const PATCH = `From: A <a@example.org>
Subject: [PATCH] fix it (CVE-2026-12345)

Closes: #1001

---
 fs/a.c | 2 +-

diff --git a/fs/a.c b/fs/a.c
index 1234567..89abcde 100644
--- a/fs/a.c
+++ b/fs/a.c
@@ -3,2 +3,2 @@ int a(void)
 {
-\told();
+\tnew();
--
2.39.5
`

describe('a patch', () => {
  test('is read as git format-patch writes it, with the signature after it', () => {
    const patch = parseUnifiedDiff(PATCH, 'fix.patch')
    expect(patch.files).toEqual([
      {
        path: 'fs/a.c',
        kind: 'modified',
        hunks: [
          {
            oldStart: 3,
            at: 13,
            lines: [
              { kind: 'context', text: '{' },
              { kind: 'removed', text: '\told();' },
              { kind: 'added', text: '\tnew();' },
            ],
          },
        ],
      },
    ])
    expect(idsOfHeader(patch.header)).toEqual({ cves: ['CVE-2026-12345'], bugs: ['#1001'] })
  })

  test('with more lines than a hunk counts is refused, not applied in part', () => {
    const text = '--- a/fs/a.c\n+++ b/fs/a.c\n@@ -1,1 +1,2 @@\n a\n+b\n+forgotten\n'
    expect(() => parseUnifiedDiff(text, 'fix.patch')).toThrow(/more lines than it says/)
  })

  test('is read as diff -u writes it, with dates and without the blank of empty lines', () => {
    const text = '--- linux/fs/a.c\t2026-01-01 00:00:00\n+++ linux.new/fs/a.c\t2026-01-02 00:00:00\n@@ -1,3 +1,4 @@\n a\n\n+b\n c\n'
    const [file] = parseUnifiedDiff(text, 'fix.patch').files
    expect(file?.path).toBe('fs/a.c')
    expect(file?.hunks[0]?.lines.map(({ kind, text: line }) => `${kind} ${line}`)).toEqual([
      'context a',
      'context ',
      'added b',
      'context c',
    ])
  })

  test('may create, delete and rename files', () => {
    const text = [
      ...['diff --git a/a.h b/a.h', 'new file mode 100644', '--- /dev/null', '+++ b/a.h', '@@ -0,0 +1 @@', '+x'],
      ...['diff --git a/b.c b/b.c', 'deleted file mode 100644', '--- a/b.c', '+++ /dev/null', '@@ -1 +0,0 @@', '-x'],
      ...['diff --git a/c.c b/d.c', 'similarity index 100%', 'rename from c.c', 'rename to d.c', ''],
    ].join('\n')
    expect(parseUnifiedDiff(text, 'fix.patch').files.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'created a.h',
      'deleted b.c',
      'renamed d.c',
    ])
  })
})

describe('what is no patch says so, with the line', () => {
  const hunk = (lines: string) => `--- a/a.c\n+++ b/a.c\n${lines}`

  test.each([
    ['an empty file', '\n', 'source/empty', /empty patch/],
    ['prose', 'just words\n', 'source/empty', /no "--- " and "\+\+\+ " lines/],
    ['a program', 'ELF\0\0', 'source/binary', /NUL/],
    ['a picture', 'diff --git a/x.png b/x.png\nGIT binary patch\nliteral 3\n', 'source/binary', /binary/],
    ['a hunk that ends early', hunk('@@ -1,3 +1,3 @@\n a\n'), 'source/malformed', /ends 4 lines early/],
    ['a hunk with a stray line', hunk('@@ -1,2 +1,2 @@\n a\nb\n'), 'source/malformed', /starts with a space/],
    ['a file without hunks', hunk(''), 'source/malformed', /no hunk/],
    ['a hunk without a file', '@@ -1 +1 @@\n-a\n+b\n', 'source/malformed', /before any file name/],
    [
      'a path that leaves the tree',
      '--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n',
      'source/malformed',
      /leaves the source tree/,
    ],
  ])('%s', (_, text, code, message) => {
    const parse = () => parseUnifiedDiff(text, 'bad.patch')
    expect(parse).toThrow(expect.objectContaining({ code, in: expect.stringContaining('bad.patch') as string }) as Error)
    expect(parse).toThrow(message)
  })
})
