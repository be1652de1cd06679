/** Quoted for a statement, whatever the server's `standard_conforming_strings`. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

export const quoteIdentifier = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
