import { asError, problem, UserError, type Position } from '../model/problems.ts';
import { textIn } from './error-fields.ts';
import { isDisconnected, isPasswordRefused, sqlstate } from './sqlstate.ts';

/** A connection as messages speak of it. */
export interface Named {
  /** `postgres://reader@db.example:5432/shop` */
  readonly place: string;
  /** Name of the secret that is the password. */
  readonly credential: string | null;
  /** Where it is said what the connection is; null where that is not known any more. */
  readonly at: Position | null;
}

const where = ({ at }: Named): string => (at === null ? '' : ` (${at.file}:${at.line})`);
/** A place as problems say it. */
export const placeOf = (at: Position | null): { readonly at?: Position } => (at === null ? {} : { at });

/** Why there is no connection. */
export function refused(raw: unknown, named: Named): UserError {
  const error = asError(raw);
  const state = sqlstate(raw);
  if (state === '' && !isDisconnected(raw) && !TOLD.test(error.message)) throw error;
  const message = `PostgreSQL at \`${named.place}\` cannot be reached: ${error.message || textIn(raw, 'code')}`;
  const found = problem('connection-failed', message, {
    ...placeOf(named.at),
    hint: hintOf(state, error, named),
  });
  return new UserError(found, { cause: raw });
}

const TOLD = /SSL|certificate|self.signed|SASL|SCRAM|password|timeout/i;

function hintOf(state: string, error: Error, named: Named): string {
  const { message } = error;
  if (isPasswordRefused(error)) return `${passwordHint(named)} ${textIn(error, 'hint')}`.trimEnd();
  if (state === '3D000') return `Check \`database:\` of the connection${where(named)}.`;
  if (/SSL|certificate/i.test(message)) return `Check \`options: { sslmode: … }\` of the connection${where(named)}.`;
  return `Check \`host:\` and \`port:\` of the connection${where(named)}, and that the server runs.`;
}

const passwordHint = (named: Named): string =>
  named.credential === null
    ? `Name who logs in and the secret that is the password: \`user:\` and \`credential:\` of the connection${where(named)}.`
    : `Check \`user:\`, and the secret \`${named.credential}\` that \`credential:\` names${where(named)}.`;

/** What to look at where the password of a project's own warehouse or state was refused; null: that was not it. */
export function refusedPasswordHint(error: Error, place: 'engine' | 'state'): string | null {
  if (!isPasswordRefused(error)) return null;
  const given = textIn(error, 'hint') || 'Without `credential:` it is looked for in `PGPASSWORD` and `~/.pgpass`.';
  return `Check \`user:\` and \`credential:\` under \`${place}:\`. ${given}`;
}
