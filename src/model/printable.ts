/**
 * The text on one line, without characters that would act on a terminal or turn its direction: what came from files,
 * flags or data may hold escape sequences.
 */
export function printable(text: string): string {
  return text.replaceAll(ACTING, (character) => ESCAPES[character] ?? '\u{FFFD}');
}

const ACTING = /[\p{Cc}\p{Zl}\p{Zp}\u{061C}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
