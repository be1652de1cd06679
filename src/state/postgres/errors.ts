import { asError, problem, UserError, type Problem } from '../../model/problems.ts';
import { refusedPasswordHint } from '../../postgres/refused.ts';
import { isDisconnected, poolerProblem, sqlstate } from '../../postgres/sqlstate.ts';

/** What the server says, as the user should hear it; anything else is a bug of ours and passes through. */
export function translate(raw: unknown, place: string): Error {
  const error = asError(raw);
  if (error instanceof UserError) return error;
  const found = poolerProblem(raw, place) ?? describe(sqlstate(raw), error, place);
  return found === null ? error : new UserError(found, { cause: raw });
}

function describe(state: string, error: Error, place: string): Problem | null {
  if (state === '55P03' || state === '25P03' || state === '40001' || state === '40P01') {
    return problem('state-busy', `The state \`${place}\` is kept locked by another process.`, {
      hint: 'Run the command again; if that does not help, look in `pg_stat_activity` for who holds a transaction open.',
    });
  }
  if (state === '42501' || state === '25006') {
    return problem('state-readonly', `The state \`${place}\` may not be used: ${error.message}.`, {
      hint: "Grant the role USAGE on the state's schema and all on its tables, or CREATE on the database.",
    });
  }
  if (state === '42P01' || state === '42703') {
    return problem('state-damaged', `The state \`${place}\` is damaged: ${error.message}.`, {
      hint: 'Restore it from a backup; it alone says which builds the environments point at.',
    });
  }
  if (/^(28|3D|53|57|58|08|XX)/.test(state) || isDisconnected(error) || isHandshake(error)) {
    return problem('state-unavailable', `The state \`${place}\` cannot be used: ${error.message || state}.`, {
      hint: refusedPasswordHint(error, 'state') ?? 'Check the address, the role, `sslmode`, and that the server runs.',
    });
  }
  return null;
}

/** TLS or the authentication went wrong on this side. */
const isHandshake = (error: Error): boolean =>
  /SSL|certificate|self.signed|SASL|password/i.test(error.message) ||
  ('code' in error && /^(ERR_TLS|CERT_|DEPTH_|SELF_|UNABLE_)/.test(String(error.code)));
