import { sideOf, TABLES, type Chapter, type Pair, type Reader, type Side } from './pair.ts';

const fence = (language: string, lines: readonly string[]): string => ['```' + language, ...lines, '```'].join('\n');

const marked = (mark: string, text: string): readonly string[] => text.split('\n').map((line) => mark + line);

/** A query before and after; lines that both share stand once. */
function edit(before: string, after: string): string {
  if (before === after) return fence('sql', before.split('\n'));
  const [left, right] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < shorter - head && left.at(-1 - tail) === right.at(-1 - tail)) tail++;
  const part = (lines: readonly string[]): string => lines.slice(head, lines.length - tail).join('\n');
  return fence('diff', [
    ...left.slice(0, head).map((line) => ` ${line}`),
    ...(left.length === head + tail ? [] : marked('-', part(left))),
    ...(right.length === head + tail ? [] : marked('+', part(right))),
    ...left.slice(left.length - tail).map((line) => ` ${line}`),
  ]);
}

/** What of the world is told apart from the other side, in words. */
function worldOf(side: Side): readonly string[] {
  const tables = Object.entries(side.tables ?? {}).map(([name, columns]) => `\`${name}\` has \`${columns}\``);
  const data = (side.newData ?? []).map((name) => `\`${name}\` has newer data`);
  const head = side.yaml === undefined ? [] : [`the file's head says \`${side.yaml}\``];
  return [...tables, ...data, ...((side.daysLater ?? 0) > 0 ? ['a day has passed'] : []), ...head];
}

function circumstances(pair: Pair): readonly string[] {
  const [before, after] = [worldOf(sideOf(pair.before)), worldOf(sideOf(pair.after))];
  const declared = Object.entries(pair.unique ?? {}).map(
    ([name, column]) => `an audit says that \`${column}\` of \`${name}\` is unique`,
  );
  const live = (pair.live ?? []).map((name) => `\`${name}\` is a table without versions, read as it is`);
  const always = before.filter((one) => after.includes(one));
  const both = [
    ...worldOf({ sql: '', ...(pair.tables === undefined ? {} : { tables: pair.tables }) }),
    ...always,
    ...declared,
    ...live,
  ];
  const only = (side: readonly string[]): readonly string[] => side.filter((one) => !always.includes(one));
  const say = (label: string, list: readonly string[]): readonly string[] =>
    list.length === 0 ? [] : [`${label}: ${list.join(', ')}.`];
  return [...say('Throughout', both), ...say('Before', only(before)), ...say('After', only(after))];
}

function verdict(pair: Pair): string {
  const why = pair.error ?? pair.reasons?.join(', ');
  if (pair.itself === 'refused') return `**The plan is refused**: ${why ?? ''}.`;
  const built = pair.itself === 'rebuilt' ? ' The model is built all the same.' : '';
  if (pair.category === null) return `**No change.**${built}`;
  return `**${pair.category}**${why === undefined ? '' : `: ${why}`}.${built}`;
}

const BECOMES = { reused: 'keeps its table', rebuilt: 'is built', refused: 'stops the plan' } as const;

function readerLine({ sql, becomes, because, words }: Reader): string {
  const said = becomes === 'refused' || words === true ? `: ${because}` : '';
  return `- \`${sql.replaceAll('\n', ' ')}\` ${BECOMES[becomes]}${said}.`;
}

function entry(pair: Pair): string {
  const [before, after] = [sideOf(pair.before).sql, sideOf(pair.after).sql];
  const readers = (pair.readers ?? []).map(readerLine);
  return [
    `### ${pair.title}`,
    ...(pair.note === undefined ? [] : [pair.note]),
    edit(before, after),
    ...circumstances(pair),
    verdict(pair),
    ...(pair.broadly === undefined ? [] : [`Judged broadly: ${pair.broadly}`]),
    ...(readers.length === 0 ? [] : [readers.join('\n')]),
  ].join('\n\n');
}

const INTRODUCTION = `# What a change rebuilds

Every pair on this page is run by the tests: the model \`shop.model\` is edited, and the plan says what that edit is and
what becomes of the queries that read the model and were not edited themselves.

| category | when | effect |
|---|---|---|
| no change | nothing that matters differs | nothing is built |
| metadata | description, owner, tags, grants, audits or export differ | nothing is built; changed audits run |
| non-breaking | the same rows, and every old column means what it did | the model is built; its readers are not, unless they use what is new |
| breaking | anything else | the model is built, and those readers that use what moved |

Where a reader is said to keep its table, nothing that it uses moved: the very table that it has stays. Rows and columns
are told apart: a changed filter reaches every reader, a changed column only those that use it. The sources are`;

/** `docs/changes.md`, whole. */
export function page(chapters: readonly Chapter[]): string {
  const tables = Object.entries(TABLES).map(([name, columns]) => `${name} (${columns})`);
  const count = chapters.reduce((sum, chapter) => sum + chapter.pairs.length, 0);
  const sections = chapters.map(({ title, text, pairs }) => [`## ${title}`, text, ...pairs.map(entry)].join('\n\n'));
  const note = `${count} pairs. This page is written by a script (\`npm run docs:changes\`) from \`test/changes/pairs\`.`;
  return `${[INTRODUCTION, fence('', tables), note, ...sections].join('\n\n')}\n`;
}
