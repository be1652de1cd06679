import { canonicalize } from 'json-canonicalize';
import { placed, refuse, UserError } from '../../model/problems.ts';
import type { Container } from '../../model/references.ts';
import { connectionOf } from '../../postgres/connection.ts';
import { optionsOf } from '../../postgres/connection-options.ts';
import { refused } from '../../postgres/refused.ts';
import { Wire } from '../../postgres/wire.ts';
import type { Opening, Target, TargetType } from '../contract.ts';
import { deliver } from './deliver.ts';
import { Session } from './session.ts';

async function open(container: Container, { root, variables, passwordOf, at }: Opening): Promise<Target> {
  const { credential } = container;
  const password = credential === null ? undefined : passwordOf(credential);
  const destination = connectionOf(optionsOf(container, { root, at, password }), variables);
  const session = new Session(await connect(destination, credential, at), destination.place);
  return {
    deliver: (delivery, outflow, signal) =>
      session.transaction(`The export to \`${delivery.table.schema}.${delivery.table.name}\``, signal, () =>
        deliver(session, delivery, outflow),
      ),
    close: () => session.close(),
  };
}

async function connect(
  destination: ReturnType<typeof connectionOf>,
  credential: string | null,
  at: Opening['at'],
): Promise<Wire> {
  try {
    return await Wire.open(destination);
  } catch (raw) {
    if (!(raw instanceof UserError)) throw refused(raw, { place: destination.place, credential, at });
    refuse(placed(raw.problems, at));
    throw raw;
  }
}

/** Tables in a PostgreSQL database. */
export const postgresTarget: TargetType = {
  open,
  placeOf: ({ type, host, port, database }) => canonicalize({ type, host, port: port ?? 5432, database }),
};
