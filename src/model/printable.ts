/**
 * The text on one line, without characters that would act on a terminal: what came from files, flags or data may hold
 * escape sequences.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => ESCAPES[character] ?? '\u{FFFD}');
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
