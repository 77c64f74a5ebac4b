import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

const ROOT = resolve(__dirname, '../../..');
const SKIPPED_FOLDERS = new Set(['.git', '.invigil', 'coverage', 'dist', 'node_modules']);
const READ = /(?:\.(?:ts|mjs|cjs|yml|yaml|md)|^Dockerfile)$/;

/** The repository's texts by path: what git knows or would add; without git, what the folders hold. */
function texts(): Map<string, string> {
  const paths = (listedByGit() ?? listedByFolder(ROOT)).filter((path) => READ.test(basename(path)));
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}

function listedByGit(): string[] | null {
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const paths = listed.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
    return paths.length > 0 ? paths : null;
  } catch {
    return null;
  }
}

function listedByFolder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : listedByFolder(path);
    return entry.isFile() ? [relative(ROOT, path).split(sep).join('/')] : [];
  });
}

/** Markdown with the characters of code and comments blanked, so that line numbers stay as they are. */
function prose(markdown: string): string {
  const blank = (code: string): string => code.replace(/[^\n]/g, ' ');
  return markdown
    .replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2[`~]* *$/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, blank);
}

/** The anchors GitHub makes of headings, numbered where they repeat, and those written as HTML. */
function anchorsOf(markdown: string): Set<string> {
  const unfenced = markdown.replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2[`~]* *$/gm, '');
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, heading = ''] of unfenced.matchAll(/^ {0,3}#{1,6} +(.+?)(?: +#+)? *$/gm)) {
    const slug = slugOf(heading);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  for (const [, id = ''] of unfenced.matchAll(/<[a-z]+ [^>]*?\b(?:id|name)="([^"]+)"/gi)) anchors.add(id);
  return anchors;
}

/** GitHub's rule: links are their text, letters are small, blanks are hyphens, and all other signs but `-` and `_` go. */
function slugOf(heading: string): string {
  return heading
    .replace(/<[^>]*>/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .trim()
    .replace(/ /g, '-');
}

interface Reference {
  from: string;
  line: number;
  text: string;
  /** From the root; '' is the file itself. */
  path: string;
  anchor: string;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

const INLINE =
  /!?\[(?:[^[\]]|\[[^\]]*\])*\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+["'][^"']*["'])?\s*\)/g;
const DEFINED = /^ {0,3}\[[^\]^]+\]:\s+<?(\S+?)>?(?:\s+["'(].*)?$/gm;

/** Relative links of a Markdown file; those with a scheme lead out of the repository. */
function linksIn(from: string, markdown: string): Reference[] {
  const text = prose(markdown);
  return [...text.matchAll(INLINE), ...text.matchAll(DEFINED)].flatMap(({ 1: target = '', index }) => {
    if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) return [];
    const [path = '', anchor = ''] = target.split('#').map(decodeURIComponent);
    const resolved = path.startsWith('/') ? path.slice(1) : relative(ROOT, resolve(ROOT, dirname(from), path));
    return [{ from, line: lineAt(text, index), text: target, path: path === '' ? from : resolved, anchor }];
  });
}

/** Mentions of documents by their path from the root, in comments, texts and documents. */
function mentionsIn(from: string, text: string): Reference[] {
  const documents = /(?<![\w./-])docs\/([\w./-]+\.md)(?:#([\w-]*))?/g;
  const decisions = /\bADRs? (\d{1,4})\b/g;
  return [
    ...[...text.matchAll(documents)].map(({ 0: whole, 1: path, 2: anchor = '', index }) => {
      return { from, line: lineAt(text, index), text: whole, path: `docs/${path}`, anchor };
    }),
    ...[...text.matchAll(decisions)].map(({ 0: whole, 1: number = '', index }) => {
      return { from, line: lineAt(text, index), text: whole, path: decisionOf(number), anchor: '' };
    }),
  ];
}

function decisionOf(number: string): string {
  const prefix = `${number.padStart(4, '0')}-`;
  const file = readdirSync(join(ROOT, 'docs/adr')).find((name) => name.startsWith(prefix));
  return `docs/adr/${file ?? `${prefix}…`}`;
}

/** Why a reference leads nowhere; null = it leads somewhere. */
function problemOf({ path, anchor }: Reference, anchorsIn: (path: string) => Set<string>): string | null {
  if (path.startsWith('..')) return 'leaves the repository';
  if (!existsSync(join(ROOT, path))) return 'there is no such file';
  if (anchor === '' || !path.endsWith('.md')) return null;
  return anchorsIn(path).has(anchor) ? null : 'there is no such heading or anchor';
}

/** Texts that are not part of the repository: nobody who has only this can read them. */
const ABSENT: readonly RegExp[] = [
  /\b(?:API|CONSOLE|DESIGN|ECOSYSTEM|FEATURES|HOUSE|LAB|PEERS|QUALIFICATION|STYLE|WANTED)\.md\b/g,
  /\b(?:DESIGN|FEATURES|WANTED)\b(?!\.md)/g,
  /(?<!_sim\/)\bfaults\/(?:\w+\.md\b|(?=[`"'\s.,;)]))/g,
  /\b[Gg]olden (?:\w+ )?README\b|\bgolden\/\w+[ /](?:README|FEATURES)\b|\boracle's README\b|[("]README[,:]/g,
  /\bspec(?:s|ification|ifications)? 00\d|(?<!seed )\b00\d,? ex(?:ample)?\.? \d/g,
];

const everything = texts();
const others = [...everything].filter(([path]) => join(ROOT, path) !== __filename);
const known = new Map<string, Set<string>>();

function anchorsIn(path: string): Set<string> {
  const found = known.get(path) ?? anchorsOf(readFileSync(join(ROOT, path), 'utf8'));
  known.set(path, found);
  return found;
}

function failures(references: Reference[]): string[] {
  return references.flatMap((reference) => {
    const problem = problemOf(reference, anchorsIn);
    return problem === null ? [] : [`${reference.from}:${reference.line} ${reference.text}: ${problem}`];
  });
}

describe('References', () => {
  it('are looked for in the whole repository', () => {
    expect([...everything.keys()]).toEqual(
      expect.arrayContaining(['README.md', 'docs/design.md', 'eslint.config.mjs']),
    );
  });

  it('are understood as GitHub understands them', () => {
    const page = '# One: `two` & three\n\n## A_b [link](x.md)\n## A_b link\n```\n# no\n```\n<a id="p1"></a>';
    expect([...anchorsOf(page)]).toEqual(['one-two--three', 'a_b-link', 'a_b-link-1', 'p1']);
    const links = linksIn(
      'docs/x.md',
      '[a](y.md#b "t") `[c](d.md)` ![e](../f.png)\n[g]: h.md\n[i](https://j.k) [l](#m)',
    );
    const found = links.map(({ line, path, anchor }) => [line, path, anchor]);
    expect(found).toEqual([
      [1, 'docs/y.md', 'b'],
      [1, 'f.png', ''],
      [2 + 1, 'docs/x.md', 'm'],
      [2, 'docs/h.md', ''],
    ]);
  });

  it('in Markdown lead to a file and an anchor that exist', () => {
    const markdown = others.filter(([path]) => path.endsWith('.md'));
    expect(failures(markdown.flatMap(([path, text]) => linksIn(path, text)))).toEqual([]);
  });

  it('to documents and decisions by path, anchor or number lead somewhere', () => {
    expect(failures(others.flatMap(([path, text]) => mentionsIn(path, text)))).toEqual([]);
  });

  it('name no text that is not in the repository', () => {
    const named = others.flatMap(([path, text]) =>
      ABSENT.flatMap((name) => [...text.matchAll(name)].map((hit) => `${path}:${lineAt(text, hit.index)} ${hit[0]}`)),
    );
    expect(named).toEqual([]);
  });
});
