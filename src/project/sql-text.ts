import type { SqlText } from '../model/node.ts';
import { warning, type Problem } from '../model/problems.ts';
import type { Path, YamlDocument } from '../files/yaml.ts';

/**
 * SQL that stands in YAML, with its place in the file. Exact for `|` blocks and for text on one line; a longer text in
 * quotes or a folded block has other line breaks than the file, so that only its start can be told: warned of.
 */
export function sqlTextAt(document: YamlDocument, path: Path, problems: Problem[]): SqlText {
  const found = document.scalarAt(path);
  if (found === null) throw new Error(`no scalar at ${path.join('.')}`);
  const { scalar, shift } = found;
  const { file } = document;
  const text = String(scalar.value);
  const [start, end] = [(scalar.range?.[0] ?? 0) + shift, (scalar.range?.[1] ?? 0) + shift];
  const written = file.text.slice(start, end);
  if (scalar.type === 'BLOCK_LITERAL') {
    const header = written.indexOf('\n') + 1;
    const indent = indentOf(written.slice(header), text);
    return { text, file: file.path, line: file.positionAt(start + header).line, column: indent + 1, indent };
  }
  const at = file.positionAt(start);
  if (written.includes('\n')) {
    problems.push(
      warning('yaml-shape', 'Errors in this SQL can only be shown at its start.', {
        at,
        hint: 'Write it as a block: a `|`, and the SQL indented below.',
      }),
    );
  }
  const quotes = scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE' ? 1 : 0;
  return { text, file: file.path, line: at.line, column: at.column + quotes, indent: 0 };
}

/** Columns that YAML took off each line of a block: seen at the first line that holds something. */
function indentOf(written: string, text: string): number {
  const lines = written.split('\n');
  const kept = text.split('\n');
  const index = kept.findIndex((line) => line !== '');
  return index === -1 ? 0 : (lines[index] ?? '').length - (kept[index] ?? '').length;
}
