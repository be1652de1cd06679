import { z } from 'zod';
import { EXPORT_MODES } from '../model/export.ts';
import { grantsSchema } from './grants.ts';

/** Text that says something. */
export const text = z.string().regex(/\S/, 'must not be empty');
export const secretName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must be the name of a secret');
export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Text, or the name of a reference that stands for it. */
const textOrReference = z.union([text, z.strictObject({ reference: text })]);

/** A connection: the name of a reference, or a container as it is. */
export const connectionSchema = z.union([text, z.record(z.string(), z.json())]);

const names = z.union([text, z.array(text).min(1, 'must name at least one column')]);
const values = z.array(scalar).min(1, 'must list at least one value');
const severity = z.enum(['error', 'warn']).optional();
const count = z.int().min(0, 'must not be negative');

const AUDIT_TYPES = ['not_null', 'unique', 'accepted_values', 'row_count', 'sql'] as const;
const COLUMN_AUDIT_TYPES = ['not_null', 'unique', 'accepted_values'] as const;

const hasOneOf =
  (types: readonly string[]) =>
  (audit: object): boolean =>
    types.filter((type) => Object.hasOwn(audit, type)).length === 1;

export const auditSchema = z
  .strictObject({
    not_null: names.optional(),
    unique: names.optional(),
    accepted_values: z.strictObject({ column: text, values }).optional(),
    row_count: z
      .strictObject({ min: count.optional(), max: count.optional() })
      .refine((range) => range.min !== undefined || range.max !== undefined, 'must hold `min`, `max` or both')
      .refine(({ min = 0, max = Infinity }) => min <= max, 'must not have a `min` above its `max`')
      .optional(),
    sql: text.optional(),
    name: text.optional(),
    severity,
  })
  .refine(hasOneOf(AUDIT_TYPES), `must hold exactly one of ${AUDIT_TYPES.join(', ')}`)
  .refine((audit) => audit.name === undefined || audit.sql !== undefined, 'can have a `name` only beside `sql`');

export const columnAuditSchema = z.union([
  z.enum(['not_null', 'unique']),
  z
    .strictObject({
      not_null: z.literal(true).optional(),
      unique: z.literal(true).optional(),
      accepted_values: values.optional(),
      severity,
    })
    .refine(hasOneOf(COLUMN_AUDIT_TYPES), `must hold exactly one of ${COLUMN_AUDIT_TYPES.join(', ')}`),
]);

const columnShape = {
  type: text.optional(),
  description: z.string().optional(),
  audits: z.array(columnAuditSchema).optional(),
};

/** A map from name to type or details, or a list of details with names. */
export const columnsSchema = z.union([
  z.record(text, z.union([text, z.strictObject(columnShape), z.null()])),
  z.array(z.strictObject({ name: text, ...columnShape })),
]);

const common = {
  name: text.optional(),
  description: z.string().optional(),
  owner: text.optional(),
  tags: z.array(text).optional(),
  columns: columnsSchema.optional(),
  audits: z.array(auditSchema).optional(),
  grants: grantsSchema.optional(),
};

const csv = z
  .strictObject({
    header: z.boolean().optional(),
    delimiter: z.string().min(1, 'must not be empty').max(4, 'must be at most 4 characters').optional(),
    quote: z.string().max(1, 'must be one character, or empty').optional(),
    null: z.string().optional(),
    encoding: z.enum(['utf-8', 'utf-16', 'latin-1']).optional(),
  })
  .optional();

/** The greatest values of expressions, by which a source of another database is known. */
export const greatestSchema = z.strictObject({ max: z.union([text, names]) });

export const sourceSchema = z.strictObject({
  kind: z.literal('source'),
  ...common,
  file: textOrReference.optional(),
  format: z.enum(['csv', 'parquet', 'json']).optional(),
  csv,
  load: z.enum(['copy', 'view']).optional(),
  table: textOrReference.optional(),
  pin: z.boolean().optional(),
  query: text.optional(),
  version: z.union([textOrReference, greatestSchema]).optional(),
  connection: connectionSchema.optional(),
});

export const seedSchema = z.strictObject({ kind: z.literal('seed'), ...common, file: textOrReference, csv });

/** YAML 1.2 reads `off` as a word and `false` as a boolean; people mean the same. */
export const onOff = z.union([z.enum(['on', 'off']), z.boolean()]);
export const isOff = (written: z.infer<typeof onOff> | undefined): boolean => written === 'off' || written === false;

export const exportSchema = z.strictObject({
  connection: connectionSchema,
  table: z.string().regex(/^[^.]+\.[^.]+$/, 'must be `schema.table`'),
  mode: z.enum(EXPORT_MODES).optional(),
  key: names.optional(),
});

const modelShape = {
  ...common,
  materialized: z.enum(['table', 'view']).optional(),
  storage: z.record(text, z.json()).optional(),
  clock: z.enum(['follow', 'ignore']).optional(),
  opaque: z.boolean().optional(),
  cutoff: onOff.optional(),
  depends_on: z.array(text).optional(),
  export: exportSchema.optional(),
};
const modelKind = z.enum(['model', 'table', 'view']);

export const modelSchema = z.strictObject({ kind: modelKind, ...modelShape, sql: z.string() });
/** The head of a SQL file. */
export const headSchema = z.strictObject({ kind: modelKind.optional(), ...modelShape });

export type WrittenAudit = z.infer<typeof auditSchema>;
export type WrittenColumns = z.infer<typeof columnsSchema>;
export type WrittenCommon = Pick<z.infer<typeof sourceSchema>, keyof typeof common>;
export type WrittenCsv = z.infer<typeof csv>;
export type WrittenSource = z.infer<typeof sourceSchema>;
export type WrittenHead = z.infer<typeof headSchema>;
