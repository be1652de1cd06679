import type { Random } from '../../prove/random.ts';

const PIECES: readonly string[] = [
  'dev',
  'a',
  'É',
  'ß',
  'İ',
  'select',
  'main',
  'bough',
  'pg_temp',
  'information_schema',
  '__proto__',
  'constructor',
  'CON',
  '..',
  '.',
  '/',
  '\\',
  '-',
  '--',
  '_',
  "'",
  '"',
  '`',
  ';',
  ' ',
  '\n',
  '\0',
  '\u{202e}',
  '\u{1f600}',
  '$(x)',
  '%s',
  '{{ x }}',
  "'; DROP SCHEMA bough CASCADE; --",
  'x'.repeat(200),
  '\u{d800}',
];

/** A name that somebody might give, or might try. */
export const drawName = (random: Random): string =>
  Array.from({ length: random.between(1, 3) }, () => random.pick(PIECES)).join(random.pick(['', '_', '/', '.']));

/** Names of files: without what no file system takes. */
export const drawFileName = (random: Random): string =>
  drawName(random)
    .replaceAll('\0', '')
    .split('/')
    .map((part) => (part === '..' || part === '.' ? `${part}x` : part.slice(0, 60)))
    .filter((part) => part !== '')
    .join('/') || 'x';
