/**
 * Words of this folder. node: one thing in the graph (source, seed, model). key: 128 bits that say what something
 * means. build: one immutable materialisation of a node. environment: a name that points, for each node, at one build.
 * revision: code and facts of an environment and the pointers they lead to. facts: what a plan takes from outside.
 * operation: one apply, run, promote, rollback, delete or gc while it happens.
 */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** `schema.name`, as the author spelled it; neither part holds a dot. */
export type NodeName = Brand<string, 'NodeName'>;
/** The name of an environment as the user types it: `prod`, `dev`, `feature/a`. */
export type EnvironmentName = Brand<string, 'EnvironmentName'>;
/** A declared logical name: `customer_db`, or `growth.customer_db` where a team declares it. */
export type ReferenceName = Brand<string, 'ReferenceName'>;
export type TeamName = Brand<string, 'TeamName'>;
/** 128-bit hash as 32 lower-case hex digits. */
export type Key = Brand<string, 'Key'>;
/** Name of the relation in the warehouse's `bough` schema that holds one attempt at a build; at most 63 bytes. */
export type BuildId = Brand<string, 'BuildId'>;
/** Version token of what a source delivered: content hash, version query's answer, or a fresh one. */
export type Snapshot = Brand<string, 'Snapshot'>;
/** ISO 8601 in UTC with milliseconds: `2026-11-21T12:00:00.000Z`. */
export type Instant = Brand<string, 'Instant'>;
/** Names one operation for ever; also stands in the warehouse's marker row. */
export type OperationId = Brand<string, 'OperationId'>;
/** SHA-256 hex of a recorded definition's canonical JSON. */
export type DefinitionHash = Brand<string, 'DefinitionHash'>;

export const nodeName = (schema: string, name: string): NodeName => `${schema}.${name}` as NodeName;
export const asNodeName = (checked: string): NodeName => checked as NodeName;
export const asEnvironmentName = (checked: string): EnvironmentName => checked as EnvironmentName;
export const asReferenceName = (checked: string): ReferenceName => checked as ReferenceName;
export const asTeamName = (checked: string): TeamName => checked as TeamName;
export const asKey = (hex: string): Key => hex as Key;
export const asBuildId = (name: string): BuildId => name as BuildId;
export const asSnapshot = (token: string): Snapshot => token as Snapshot;
export const asInstant = (iso: string): Instant => iso as Instant;
export const instantOf = (date: Date): Instant => date.toISOString() as Instant;
export const asOperationId = (id: string): OperationId => id as OperationId;
export const asDefinitionHash = (hex: string): DefinitionHash => hex as DefinitionHash;

/** The two parts of a node's name. */
export function partsOf(name: NodeName): { readonly schema: string; readonly name: string } {
  const dot = name.indexOf('.');
  return { schema: name.slice(0, dot), name: name.slice(dot + 1) };
}
