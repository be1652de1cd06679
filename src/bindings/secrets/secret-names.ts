import type { Lookup } from '../../files/interpolate.ts';
import type { EnvironmentName } from '../../model/ids.ts';
import type { Json } from '../../model/json.ts';
import { noteSecret } from '../../model/masking.ts';
import type { Config, EngineConfig, StateConfig } from '../../model/project.ts';
import { spellings } from './provider.ts';

const SECRET = /PASSW|SECRET|TOKEN|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|(?:^|_)PWD$|DSN$/i;
const PLACE = /(?:_FILE|_PATH|_DIR|_NAME|_ID|_URL|_COMMAND)$|^(?:OLD)?PWD$/i;

/** Variables whose names say that they hold a secret are masked, even where nobody asked for them by a secret's name. */
export function noteVariables(variables: Iterable<readonly [name: string, value: string | undefined]>): void {
  for (const [name, value] of variables) {
    if (value !== undefined && SECRET.test(name) && !PLACE.test(name)) noteSecret(value);
  }
}

/** Variables that hold a secret of one of these names are masked, too, whatever they are called. */
export function noteNamed(names: Iterable<string>, lookup: Lookup): void {
  for (const name of names) for (const spelling of spellings(name)) noteSecret(lookup(spelling) ?? '');
}

/** Notes the variables that hold what a configuration names as a secret, in any environment. */
export function noteSecretsOf(config: Config, lookup: (environment: EnvironmentName | null) => Lookup): void {
  const names = secretsOf(config);
  for (const environment of [null, ...config.wiring.environments.keys()]) noteNamed(names, lookup(environment));
}

/** The names of all secrets that the configuration speaks of, and of the variables that it says hold one. */
function secretsOf({ secrets, engine, state, wiring }: Config): ReadonlySet<string> {
  const environments = [...wiring.environments.values()];
  const homes = environments.flatMap(({ home }) => (home === null ? [] : [home.engine, home.state]));
  return new Set([
    ...[...secrets].map(([name, declared]) => (declared.type === 'env' ? declared.variable : name)),
    ...[engine, state, ...homes].flatMap(credentialOf),
    ...environments.flatMap(({ bindings }) => [...bindings.values()].flatMap(({ value }) => secretsIn(value))),
  ]);
}

const credentialOf = (home: EngineConfig | StateConfig): readonly string[] =>
  home.type === 'postgres' && home.connection.credential !== undefined ? [home.connection.credential] : [];

/** The names under `credential:` and `secret:`, wherever they stand. */
export function secretsIn(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' ? (key === 'credential' || key === 'secret' ? [inner] : []) : secretsIn(inner),
  );
}
