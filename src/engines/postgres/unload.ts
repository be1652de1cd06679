import type { BuildId } from '../../model/ids.ts';
import type { Outflow } from '../../model/outflow.ts';
import { literal, quoteIdentifier } from '../../postgres/literal.ts';
import { EngineError } from '../contract.ts';
import type { Connection } from './connection.ts';
import { buildName } from './names.ts';

/** Hands a build's rows over as the server writes them. */
export const unload = <T>(connection: Connection, build: BuildId, take: (outflow: Outflow) => Promise<T>): Promise<T> =>
  connection.transaction(async () => {
    const columns = (await connection.texts(columnsIn(buildName(build)))).map(([name = '', type = '', own = '']) => {
      if (type === '') throw unknownType(name, own);
      return { name, type };
    });
    const values = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
    const rows = connection.copyOut(`COPY (SELECT ${values} FROM ${buildName(build)}) TO STDOUT (FORMAT csv)`);
    try {
      return await take({ columns, rows, detached: false });
    } finally {
      // Whatever nobody took.
      await rows.return(undefined);
    }
  }, 'ISOLATION LEVEL REPEATABLE READ, READ ONLY');

/** Columns with types that every PostgreSQL has: enums are text elsewhere, domains what they stand for. */
const columnsIn = (relation: string): string => `SELECT a.attname,
    CASE WHEN b.typtype = 'e' THEN 'text'
      WHEN e.typtype = 'e' THEN 'text[]'
      WHEN b.typnamespace = 'pg_catalog'::regnamespace
        AND coalesce(e.typnamespace, b.typnamespace) = 'pg_catalog'::regnamespace
      THEN format_type(b.oid, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END)
    END,
    format_type(t.oid, a.atttypmod)
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
  JOIN pg_catalog.pg_type AS b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  LEFT JOIN pg_catalog.pg_type AS e ON e.oid = b.typelem AND b.typcategory = 'A'
  WHERE a.attrelid = ${literal(relation)}::regclass AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum`;

const unknownType = (column: string, type: string): EngineError =>
  new EngineError(`The column \`${column}\` is ${type}, which other databases do not have: cast it in the model`, null);
