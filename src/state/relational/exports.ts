import { asBuildId, asEnvironmentName, asInstant, asNodeName, asOperationId } from '../../model/ids.ts';
import type { ExportRecord, StateReader, StateWriter } from '../contract.ts';
import { integer, setOf, text } from './database.ts';
import type { Row } from './database.ts';
import { writeAtWork } from './operations.ts';
import type { Work } from './operations.ts';

type Exports = Pick<StateReader, 'exportsOf' | 'exportsAt'> & Pick<StateWriter, 'recordExport' | 'forgetExports'>;

const EXPORT = 'environment, node, place, manner, build, operation, token, made_at';

const exportOf = (row: Row): ExportRecord => ({
  environment: asEnvironmentName(text(row, 0)),
  node: asNodeName(text(row, 1)),
  place: text(row, 2),
  manner: text(row, 3),
  build: asBuildId(text(row, 4)),
  operation: asOperationId(text(row, 5)),
  token: integer(row, 6),
  at: asInstant(text(row, 7)),
});

/** What was written last into tables of other databases. */
export function exports(work: Work): Exports {
  const { database } = work;
  return {
    exportsOf: async (environment) => {
      const sql = `SELECT ${EXPORT} FROM exports WHERE environment = $1 ORDER BY node`;
      return (await database.read((at) => at.all(sql, [environment]))).map(exportOf);
    },
    exportsAt: async (places) => {
      const sql = `SELECT ${EXPORT} FROM exports WHERE place IN ${database.dialect.textSet('$1')}`;
      return (await database.read((at) => at.all(sql, [setOf(places)]))).map(exportOf);
    },
    recordExport: (operation, { environment, node, place, manner, build, token, at: when }) =>
      writeAtWork(work, operation, async (at) => {
        await at.run(
          `INSERT INTO exports (${EXPORT}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
          ON CONFLICT (environment, node) DO UPDATE SET place = excluded.place, manner = excluded.manner,
            build = excluded.build, operation = excluded.operation, token = excluded.token, made_at = excluded.made_at`,
          [environment, node, place, manner, build, operation, token, when],
        );
      }),
    forgetExports: (operation, environment, nodes) =>
      writeAtWork(work, operation, (at) =>
        at.many(
          'DELETE FROM exports WHERE environment = $1 AND node = $2',
          nodes.map((node) => [environment, node]),
        ),
      ),
  };
}
