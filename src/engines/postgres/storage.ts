import { z } from 'zod';
import type { Json } from '../../model/json.ts';
import { quoteIdentifier } from '../../postgres/literal.ts';
import { EngineError, type Sql } from '../contract.ts';

const columns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const storageSchema = z.strictObject({
  unlogged: z.boolean().optional(),
  tablespace: z.string().min(1).optional(),
  primary_key: columns.optional(),
  indexes: z
    .array(
      z.union([
        columns,
        z.strictObject({
          columns,
          unique: z.boolean().optional(),
          using: z.enum(['btree', 'hash', 'gin', 'gist', 'brin', 'spgist']).optional(),
        }),
      ]),
    )
    .optional(),
});

/** What a model's `storage:` says of its table. */
export type Storage = z.infer<typeof storageSchema>;

export function storageOf(kind: 'table' | 'view', options: { readonly [option: string]: Json }): Storage {
  const [first] = Object.keys(options);
  if (kind === 'view' && first !== undefined) {
    throw new EngineError(`a view has no storage option \`${first}\``, null);
  }
  const result = storageSchema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(storageSchema.shape).join(', ');
    throw new EngineError(`PostgreSQL has no storage option \`${issue.keys.join('.')}\`; known: ${known}`, null);
  }
  throw new EngineError(`the storage option \`${issue?.path.join('.')}\` does not fit: ${issue?.message}`, null);
}

const listOf = (names: string | readonly string[]): Sql =>
  `(${(typeof names === 'string' ? [names] : names).map(quoteIdentifier).join(', ')})`;

/** What stands between CREATE and AS. */
export const tableHead = ({ unlogged, tablespace }: Storage, target: Sql): readonly [before: Sql, after: Sql] => [
  `CREATE ${unlogged === true ? 'UNLOGGED ' : ''}TABLE ${target}`,
  tablespace === undefined ? '' : ` TABLESPACE ${quoteIdentifier(tablespace)}`,
];

/** What is made over the rows that are there; planning knows about them from then on. */
export function afterRows({ primary_key: key, indexes = [] }: Storage, target: Sql): readonly Sql[] {
  return [
    ...(key === undefined ? [] : [`ALTER TABLE ${target} ADD PRIMARY KEY ${listOf(key)}`]),
    ...indexes.map((index) => {
      const {
        columns,
        unique = false,
        using = 'btree',
      } = typeof index === 'string' || Array.isArray(index) ? { columns: index } : index;
      return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ON ${target} USING ${using} ${listOf(columns)}`;
    }),
    `ANALYZE ${target}`,
  ];
}
