import { expect, test } from 'vitest'
import { applyHunks, idsOfHeader, parseUnifiedDiff, withStableLines } from '../../src/core/source/mod.ts'
import { fuzz } from '../kit/fuzz.ts'

const ORIGINAL = Array.from({ length: 60 }, (_, line) => `\tcall_${line}(${line}); /* "${line}" */`)
const PATCH = `From: A <a@example.org>
Subject: fix (CVE-2026-12345)

diff --git a/fs/a.c b/fs/a.c
index 1234567..89abcde 100644
--- a/fs/a.c
+++ b/fs/a.c
@@ -3,4 +3,5 @@ int a(void)
 ${ORIGINAL[2]}
-${ORIGINAL[3]}
+\tfixed(3);
+\tadded();
 ${ORIGINAL[4]}
 ${ORIGINAL[5]}
@@ -40,3 +41,2 @@
 ${ORIGINAL[39]}
-${ORIGINAL[40]}
 ${ORIGINAL[41]}
diff --git a/fs/old.h b/fs/new.h
rename from fs/old.h
rename to fs/new.h
diff --git a/fs/b.h b/fs/b.h
new file mode 100644
--- /dev/null
+++ b/fs/b.h
@@ -0,0 +1 @@
+#define B 1
`

function readAndApply(text: string): number {
  const patch = parseUnifiedDiff(text, 'damaged.patch')
  idsOfHeader(patch.header)
  const outcomes = patch.files.map((file) => applyHunks(file.kind === 'created' ? [] : ORIGINAL, file, { fuzz: 2 }))
  for (const outcome of outcomes) if (outcome.kind === 'applied') withStableLines(outcome.lines)
  return outcomes.filter(({ kind }) => kind === 'applied').length
}

test('a damaged patch ends in a fault, or applies or does not', () => {
  const specimen = new TextEncoder().encode(PATCH)
  expect(readAndApply(PATCH)).toBe(3)
  fuzz(specimen, (bytes) => readAndApply(new TextDecoder().decode(bytes)))
})
