import { Buffer } from 'node:buffer';
import type { Random } from '../../prove/random.ts';

/** What people, editors and attackers leave in text files. */
const SNIPPETS: readonly string[] = [
  '\0',
  '\t',
  '\r\n',
  '\u{feff}',
  '\u{202e}',
  '\u{1f600}',
  '\u001b[31m',
  "'",
  '"',
  '`',
  '$$',
  '--',
  '/*',
  '*/',
  ';',
  '{{ gone }}',
  '{{',
  '${HOME_THAT_IS_NOT}',
  '&a *a',
  '*nobody',
  '<<: *a',
  '!!js/function x',
  '--- ',
  '- - -',
  '? !',
  '__proto__: 1',
  'constructor: { prototype: 1 }',
  '%YAML 9.9',
  '0x1F',
  '1e999',
  '-0.0',
  'NaN',
  "'; DROP SCHEMA bough CASCADE; --",
  ')) UNION SELECT 1; --',
  '../../../etc/passwd',
  'Σ\u{345}ſ',
  '(SELECT 1)',
  'name: name: name',
];

const BROKEN: readonly (readonly number[])[] = [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]];

type Way = 'insert' | 'break' | 'cut' | 'repeat' | 'swap' | 'end' | 'nest' | 'widen' | 'empty' | 'utf16';

const WAYS: Readonly<Record<Way, number>> = {
  insert: 8,
  break: 2,
  cut: 4,
  repeat: 2,
  swap: 2,
  end: 2,
  nest: 1,
  widen: 1,
  empty: 1,
  utf16: 1,
};

/** A text file as something went wrong with it, and what that was. */
export function garbled(text: Buffer, random: Random): { readonly way: string; readonly text: Buffer } {
  const way = random.weighted(WAYS);
  const at = random.between(0, text.length);
  const to = Math.min(text.length, at + random.between(1, 40));
  const joined = (...pieces: readonly (Buffer | string)[]): Buffer =>
    Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
  const [head, part, tail] = [text.subarray(0, at), text.subarray(at, to), text.subarray(to)];
  switch (way) {
    case 'insert':
      return { way, text: joined(head, random.pick(SNIPPETS), text.subarray(at)) };
    case 'break':
      return { way, text: joined(head, Buffer.from(random.pick(BROKEN)), text.subarray(at)) };
    case 'cut':
      return { way, text: joined(head, tail) };
    case 'repeat':
      return { way, text: joined(head, part, part, part, tail) };
    case 'swap':
      return { way, text: joined(part, head, tail) };
    case 'end':
      return { way, text: head };
    case 'nest':
      return { way, text: joined(head, random.pick(['(', '[', '{']).repeat(random.between(1, 5_000)), tail) };
    case 'widen':
      return { way, text: joined(head, 'x'.repeat(random.between(1, 300_000)), tail) };
    case 'empty':
      return { way, text: joined('') };
    case 'utf16':
      return { way, text: Buffer.from(`\u{feff}${text.toString('utf8')}`, 'utf16le') };
  }
}

/** A file of an engine as a full disk, a bad copy or a bad disk leaves it. */
export function spoiled(file: Buffer, random: Random): { readonly way: string; readonly text: Buffer } {
  const way = random.pick(['cut off', 'head overwritten', 'emptied', 'other content'] as const);
  const noise = Buffer.from(Array.from({ length: 200 }, () => random.between(0, 255)));
  switch (way) {
    case 'cut off':
      return { way, text: file.subarray(0, random.between(1, file.length - 1)) };
    case 'head overwritten':
      return { way, text: Buffer.concat([noise, file.subarray(noise.length)]) };
    case 'emptied':
      return { way, text: Buffer.alloc(0) };
    case 'other content':
      return { way, text: Buffer.from('once upon a time\n'.repeat(500)) };
  }
}
