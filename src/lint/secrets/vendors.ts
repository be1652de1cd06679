import type { Found } from './leak.ts';

/** Cheap signs of what the rules of secretlint look for beyond our own patterns; without one they are not even loaded. */
const SIGNS =
  /xox[abeprso]-|xapp-|hooks\.slack\.com|SG\.[\w-]|shp(?:at|ca|pa|ss)_|npm_[A-Za-z0-9]|_authToken|sk-[A-Za-z0-9]|lin_api_|ops_eyJ|A3-[A-Z0-9]|"private_key"/;

type Linter = (path: string, content: string) => Promise<readonly Found[]>;

let loaded: Promise<Linter> | null = null;

/** Tokens of vendors: what secretlint's recommended rules find. */
export async function vendorTokens(path: string, text: string): Promise<readonly Found[]> {
  if (!SIGNS.test(text)) return [];
  loaded ??= load();
  return (await loaded)(path, text);
}

async function load(): Promise<Linter> {
  const [{ lintSource }, { secretLintProfiler }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/profiler'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  // It keeps every measurement and looks through all of them at each: many files would take the square of their number.
  Object.assign(secretLintProfiler, { mark: () => undefined });
  const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }];
  return async (filePath, content) => {
    const { messages } = await lintSource({
      source: { content, filePath, contentType: 'text' },
      options: { config: { rules }, maskSecrets: false },
    });
    return messages.map(({ ruleId, range: [start, end] }) => ({
      kind: `token (${ruleId.replace(/^.*secretlint-rule-/, '')})`,
      value: content.slice(start, end),
      at: start,
    }));
  };
}
