import { createHash } from 'node:crypto';

/**
 * Texts with and without secrets. They are put together here, so that no scanner finds one in this file: words are cut, and values
 * are derived.
 */
export interface Sample {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

export const digits = (seed: string, length: number, alphabet: string): string => {
  let out = '';
  for (let round = 0; out.length < length; round += 1) {
    for (const byte of createHash('sha256').update(`${seed}${round}`).digest()) out += alphabet[byte % alphabet.length];
  }
  return out.slice(0, length);
};
export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
export const HEX = '0123456789abcdef';
export const join = (...parts: readonly string[]): string => parts.join('');
/** Parts a word, so that nobody sees it in this file. */
export const cut = (text: string): string => text;
export const pw = join('Tr0ub4', 'dor&3x');
export const word = join('correct', 'horse');
const aws = join('AK', 'IA', digits('aws', 16, UPPER));
const gh = join('gh', 'p_', digits('gh', 36, MIXED));
export const age = join('AGE-SECRET', '-KEY-1', digits('age', 58, UPPER));
export const body = digits('key', 64, MIXED);
export const key = (kind: string): string =>
  join('-----BEGIN ', kind, 'PRIVATE ', 'KEY-----\n', body, '\n-----END ', kind, 'PRIVATE KEY-----');
export const P = join('pass', 'word');

export const sample = (name: string, path: string, text: string): Sample => ({ name, path, text });

export const PLANTED: readonly Sample[] = [
  sample('yaml, double quotes', 'a.yml', `${P}: "${pw}"`),
  sample('yaml, single quotes', 'a.yml', `  ${P}: '${pw}'`),
  sample('yaml, bare', 'a.yaml', `${P}: ${pw}`),
  sample('yaml, letters alone', 'a.yaml', `db:\n  ${P}: ${word}`),
  sample('yaml, digits alone', 'a.yaml', `${P}: 84213377`),
  sample('yaml, in a flow', 'a.yaml', `db: { user: ann, ${P}: ${word}9 }`),
  sample('json', 'a.json', `{"${P}": "${pw}"}`),
  sample('json in json', 'a.json', `{"text": "{\\"${P}\\": \\"${pw}\\"}"}`),
  sample('passwd', 'a.ini', `db_${cut('passwd')} = ${pw}`),
  sample('pwd', 'a.conf', `${cut('pw')}d=${word}`),
  sample('PWD in a DSN', 'a.txt', `Driver={PostgreSQL};Server=db;Uid=ann;${cut('Pw')}d=${pw};`),
  sample('passphrase', 'a.toml', `key_${cut('pass')}phrase = "${pw}"`),
  sample('env file', '.env', `DB_${P.toUpperCase()}=${word}`),
  sample('env file, export', 'x.env', `export PG${P.toUpperCase()}='${pw}'`),
  sample('dotenv of an environment', '.env.dev', `${P.toUpperCase()}=${pw}`),
  sample('shell', 'a.sh', `export PG${P.toUpperCase()}="${pw}"`),
  sample('flag', 'a.sh', `mysql --user=x --${P}=${pw} shop`),
  sample('TypeScript', 'a.ts', `const ${P} = '${pw}';`),
  sample('TypeScript, property', 'a.ts', `connect({ user: 'ann', ${P}: '${word}' })`),
  sample('Python', 'a.py', `conn = connect(user="x", ${P}="${pw}")`),
  sample('Python dict', 'a.py', `{'user': 'x', '${P}': '${pw}'}`),
  sample('Python, settings', 'a.py', `DATABASES["default"]["${P.toUpperCase()}"] = "${pw}"`),
  sample('SQL, create role', 'a.sql', `CREATE ROLE ann LOGIN ${P.toUpperCase()} '${pw}';`),
  sample('SQL, identified by', 'a.sql', `CREATE USER ann IDENTIFIED ${cut('BY')} '${pw}';`),
  sample('SQL, attach', 'a.sql', `ATTACH 'host=db user=ann ${P}=${pw}' AS pg (TYPE postgres)`),
  sample('SQL, create secret', 'a.sql', `CREATE SECRET s (TYPE postgres, ${P.toUpperCase()} '${pw}')`),
  sample('SQL, quoted quote', 'a.sql', `ALTER ROLE x ${P.toUpperCase()} 'it''s${pw}'`),
  sample('properties', 'a.properties', `spring.datasource.${P}=${word}`),
  sample('XML attribute', 'a.xml', `<db user="x" ${P}="${pw}"/>`),
  sample('libpq DSN', 'a.cfg', `dsn = host=db ${P}=${pw} dbname=x`),
  sample('URL, postgres', 'a.yml', `url: postgres://ann:${pw}@db/shop`),
  sample('URL, postgresql+psycopg', 'a.py', `"postgresql+psycopg2://ann:${word}@db:5432/shop"`),
  sample('URL, mysql', 'a.md', `Use mysql://root:${pw}@127.0.0.1/x`),
  sample('URL, redis without user', 'a.ts', `'redis://:${pw}@cache:6379'`),
  sample('URL, https', 'a.sh', `git clone https://ann:${gh}@github.com/x/y`),
  sample('URL, mongodb', 'a.json', `"mongodb+srv://ann:${word}@c.net/db"`),
  sample('URL, amqp', 'a.yml', `broker: amqp://ann:${word}@mq:5672//`),
  sample('URL, encoded', 'a.yml', `url: postgres://ann:s%40cr${cut('3')}t%2F@db/shop`),
  sample('URL, jdbc', 'a.txt', `jdbc:postgresql://db/x?user=a&${P}=${pw}`),
  sample('Snowflake, variable', '.env', `SNOWFLAKE_${P.toUpperCase()}=${word}`),
  sample('Snowflake, yaml', 'profiles.yml', `snowflake_${P}: "${pw}"`),
  sample('Snowflake, URL', 'a.py', `"snowflake://ann:${pw}@acc/db"`),
  sample('Snowflake, workflow', 'ci.yml', `env:\n  SNOWFLAKE_${P.toUpperCase()}: ${pw}`),
  sample('age key', 'keys.txt', age),
  sample('age key in yaml', 'a.yml', `sops: { key: ${age} }`),
  sample('GCP key id', 'a.json', `"private_${cut('key')}_id": "${digits('gcp', 40, HEX)}"`),
  sample('GCP key id, yaml', 'a.yml', `private_${cut('key')}_id: ${digits('gcq', 40, HEX)}`),
  sample('GCP service account', 'sa.json', JSON.stringify({ type: 'service_account', private_key: key('') })),
  sample('Google API key', 'a.js', `key=${join('AI', 'za', digits('g', 35, MIXED))}`),
  sample('AWS key id', 'a.cfg', `aws_access_key_id = ${aws}`),
  sample('AWS key id, alone', 'a.md', `Our key is ${aws}.`),
  sample('AWS secret', 'credentials', `aws_secret_${cut('access')}_key = ${digits('awss', 40, MIXED)}`),
  sample('AWS secret, camel', 'a.ts', `secret${cut('Access')}Key: '${digits('awst', 40, MIXED)}'`),
  sample('AWS session key id', 'a.sh', `X=${join('AS', 'IA', digits('asia', 16, UPPER))}`),
  sample('GitHub token', 'a.yml', `token: ${gh}`),
  sample('GitHub token, server', 'a.txt', join('gh', 's_', digits('ghs', 36, MIXED))),
  sample(
    'GitHub token, fine-grained',
    'a.txt',
    join('github', '_pat_', digits('pat', 22, MIXED), '_', digits('pau', 59, MIXED)),
  ),
  sample('GitLab token', 'a.txt', join('gl', 'pat-', digits('gl', 20, MIXED))),
  sample('RSA key', 'a.txt', key('RSA ')),
  sample('EC key', 'a.txt', key('EC ')),
  sample('OpenSSH key', 'a.txt', key('OPENSSH ')),
  sample('PKCS8 key', 'a.txt', key('')),
  sample('PGP key', 'a.asc', key('PGP ').replaceAll('KEY-----', 'KEY BLOCK-----')),
  sample('encrypted key', 'a.txt', key('ENCRYPTED ')),
  sample('Slack token', 'a.yml', `slack: ${join('xo', 'xb-', '123456789012-123456789012-', digits('sl', 24, MIXED))}`),
  sample('npm token', '.npmrc', `//npm.example.org/:_auth${cut('Token')}=${join('np', 'm_', digits('np', 36, MIXED))}`),
  sample('Databricks token', 'a.cfg', `host=x\nt=${join('da', 'pi', digits('db', 32, HEX))}`),
  sample('API key', 'a.yml', `api_${cut('key')}: ${digits('api', 32, MIXED)}`),
  sample('client secret', 'a.json', `"client_${cut('secret')}": "${digits('cs', 32, MIXED)}"`),
  sample('bearer token', 'a.ts', `const ${cut('auth')}Token = "${digits('bt', 40, MIXED)}"`),
];

export const HARMLESS: readonly Sample[] = [
  sample('variable', 'a.yml', `${P}: \${DB_PASSWORD}`),
  sample('variable with a default that is none', 'a.yml', `${P}: "\${PW:-changeme}"`),
  sample('changeme', 'a.yml', `${P}: changeme`),
  sample('angle brackets', 'a.yml', `${P}: <password>`),
  sample('crosses', 'a.yml', `${P}: xxxxxxxx`),
  sample('example', 'a.yml', `${P}: example-value`),
  sample('stars', 'a.yml', `${P}: "********"`),
  sample('dots', 'a.yml', `${P}: "..."`),
  sample('empty', 'a.yml', `${P}: ""`),
  sample('null', 'a.yml', `${P}: null`),
  sample('word of a credential', 'a.yml', 'credential: warehouse_reader'),
  sample('secret by name', 'a.yml', 'secret: warehouse'),
  sample('jinja', 'profiles.yml', `${P}: "{{ env_var('DBT_PASSWORD') }}"`),
  sample('workflow', 'ci.yml', `${P}: \${{ secrets.SNOWFLAKE_PASSWORD }}`),
  sample('env name', 'a.yml', `${P}: DB_PASSWORD`),
  sample('vault', 'a.yml', `${P}: vault:secret/data/db#pw1`),
  sample('1password', 'a.yml', `${P}: op://prod/db/one`),
  sample('yaml tag', 'a.yml', `${P}: !vault secret1`),
  sample('schema', 'a.yml', `${P}: string`),
  sample('schema, json', 'a.json', `{"${P}": {"type": "string"}}`),
  sample('env lookup', 'a.ts', `const ${P} = process.env.DB_PASSWORD1;`),
  sample('python lookup', 'a.py', `${P} = os.environ["DB_PASSWORD1"]`),
  sample('type', 'a.ts', `readonly ${P}: string;`),
  sample('call', 'a.ts', `const ${P} = await ask('Your name1: ');`),
  sample('property', 'a.ts', `${P}: options.password2,`),
  sample('shorthand', 'a.ts', `connect({ user, ${P} })`),
  sample('comparison', 'a.ts', `if (${P} === other1) return;`),
  sample('arrow', 'a.ts', `(${P}) => hash1(${P})`),
  sample('keyword argument', 'a.py', `connect(user=user, ${P}=${P})`),
  sample('argument from args', 'a.py', `connect(${P}=args.password1)`),
  sample('column', 'a.sql', `SELECT ${P}, token FROM users`),
  sample('column, compared', 'a.sql', `SELECT * FROM u WHERE token = other.token1`),
  sample('column, typed', 'a.sql', `CREATE TABLE u (${P} VARCHAR(64))`),
  sample('column, dotted', 'a.sql', `SELECT u.pwd = v.pwd_hash1 FROM u`),
  sample('prose', 'a.md', `The ${P} is kept in a vault, see below.`),
  sample('prose with a colon', 'a.md', `Your ${P}: the one that you chose.`),
  sample('prose, question', 'a.md', 'A token: what is it? Read on1.'),
  sample('URL without a password', 'a.yml', 'url: postgres://ann@db.example/shop'),
  sample('URL with a variable', 'a.yml', 'url: postgres://ann:${PW}@db/shop'),
  sample('URL with a placeholder', 'a.md', 'postgres://user:password@host/db'),
  sample('URL with brackets', 'a.md', 'postgres://user:<password>@host/db'),
  sample('URL with a port', 'a.md', 'http://localhost:8080/a@b'),
  sample('URL with a mail address', 'a.md', 'https://x.net/?mail=ann@x.net'),
  sample('Snowflake placeholder', '.env.example', `SNOWFLAKE_${P.toUpperCase()}=your-password`),
  sample('Snowflake variable', 'a.yml', `SNOWFLAKE_${P.toUpperCase()}: \${SNOWFLAKE_PASSWORD}`),
  sample('Snowflake URL', 'a.md', 'snowflake://user:pass@account'),
  sample('AWS example', 'a.md', join('AKIA', 'IOSFODNN7', 'EXAMPLE')),
  sample('AWS, too long', 'a.md', join('XAK', 'IA', digits('aws', 20, UPPER))),
  sample('public age key', 'a.txt', `age1${digits('agep', 58, HEX)}`),
  sample('age key, cut', 'a.md', `AGE-SECRET-KEY-1…`),
  sample('public key', 'a.pub', `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`),
  sample('certificate', 'a.crt', `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`),
  sample('private key, spoken of', 'a.md', `It begins with -----BEGIN ${cut('PRIVATE')} KEY-----.`),
  sample('private key, left out', 'a.json', `"-----BEGIN ${cut('PRIVATE')} KEY-----\\n...\\n"`),
  sample('commit', 'a.txt', digits('commit', 40, HEX)),
  sample('checksum', 'package-lock.json', `"integrity": "sha512-${digits('sum', 86, MIXED)}=="`),
  sample('uuid', 'a.yml', 'id: 123e4567-e89b-12d3-a456-426614174000'),
  sample('base64 image', 'a.css', `url(data:image/png;base64,${digits('img', 200, MIXED)})`),
  sample('token, a word', 'a.yml', 'token: warehouse-reader'),
  sample('token, a path', 'a.yml', 'token_file: /run/secrets/token1'),
  sample('key, a path', 'a.yml', 'sslkey: certs/client1.key'),
  sample('password file', 'a.yml', `${P}_file: /run/secrets/db1`),
  sample('secret name', 'k8s.yml', 'secretName: warehouse-reader-1'),
  sample('secret key ref', 'k8s.yml', 'secretKeyRef:\n  name: db\n  key: password1'),
  sample('max tokens', 'a.yml', 'max_tokens: 4096'),
  sample('token count', 'a.py', 'tokens = tokenizer.encode(text1)'),
  sample('rotation', 'a.yml', `${P}_rotation: 90d`),
  sample('length', 'a.yml', `${P}_length: 24`),
  sample('hint', 'a.ts', `hint: 'Set PGPASSWORD or ~/.pgpass.'`),
  sample('GitHub, spoken of', 'a.md', 'Tokens begin with ghp_ and have 36 letters.'),
];
